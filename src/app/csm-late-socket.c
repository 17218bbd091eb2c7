/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-late-socket.h"

#include <gio/gunixsocketaddress.h>

struct _CsmLateSocket
{
  GObject             parent_instance;
  GSocketConnectable *inner; /* NULL: nobody listens yet */
};

static void csm_late_socket_iface_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsmLateSocket, csm_late_socket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, csm_late_socket_iface_init))

/* Without an address nothing can connect: a socket that does not exist says so in the usual way. */
static GSocketAddressEnumerator *
csm_late_socket_enumerate (GSocketConnectable *connectable)
{
  CsmLateSocket *self = CSM_LATE_SOCKET (connectable);
  g_autoptr (GSocketAddress) nowhere = NULL;

  if (self->inner != NULL)
    return g_socket_connectable_enumerate (self->inner);
  nowhere = g_unix_socket_address_new ("/nonexistent/casement.sock");
  return g_socket_connectable_enumerate (G_SOCKET_CONNECTABLE (nowhere));
}

static char *
csm_late_socket_to_string (GSocketConnectable *connectable)
{
  CsmLateSocket *self = CSM_LATE_SOCKET (connectable);

  return self->inner != NULL ? g_socket_connectable_to_string (self->inner) : g_strdup ("not listening yet");
}

static void
csm_late_socket_iface_init (GSocketConnectableIface *iface)
{
  iface->enumerate = csm_late_socket_enumerate;
  iface->to_string = csm_late_socket_to_string;
}

static void
csm_late_socket_dispose (GObject *object)
{
  g_clear_object (&CSM_LATE_SOCKET (object)->inner);
  G_OBJECT_CLASS (csm_late_socket_parent_class)->dispose (object);
}

static void
csm_late_socket_class_init (CsmLateSocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_late_socket_dispose;
}

static void
csm_late_socket_init (CsmLateSocket *self)
{
}

CsmLateSocket *
csm_late_socket_new (void)
{
  return g_object_new (CSM_TYPE_LATE_SOCKET, NULL);
}

/* From now on connections go to @inner. */
void
csm_late_socket_set (CsmLateSocket      *self,
                     GSocketConnectable *inner)
{
  g_return_if_fail (CSM_IS_LATE_SOCKET (self));
  g_set_object (&self->inner, inner);
}
