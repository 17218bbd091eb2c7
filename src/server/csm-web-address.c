/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-web-address.h"

#include <string.h>

struct _CsmWebAddress
{
  GNetworkAddress parent_instance;
  gboolean        allow_loopback;
};

/* --- Which addresses are anybody's ------------------------------------------------------------------------------------------------ */

typedef struct
{
  guint8 bytes[4];
  guint  bits;
} Range;

/* RFC 6890, and what is multicast or reserved. */
static const Range private_v4[] = {
  { { 0, 0, 0, 0 }, 8 }, { { 10, 0, 0, 0 }, 8 }, { { 100, 64, 0, 0 }, 10 }, { { 127, 0, 0, 0 }, 8 }, { { 169, 254, 0, 0 }, 16 }, { { 172, 16, 0, 0 }, 12 },
  { { 192, 0, 0, 0 }, 24 }, { { 192, 0, 2, 0 }, 24 }, { { 192, 88, 99, 0 }, 24 }, { { 192, 168, 0, 0 }, 16 }, { { 198, 18, 0, 0 }, 15 },
  { { 198, 51, 100, 0 }, 24 }, { { 203, 0, 113, 0 }, 24 }, { { 224, 0, 0, 0 }, 4 }, { { 240, 0, 0, 0 }, 4 },
};

/* Of what is global, 2000::/3: protocol assignments with Teredo, documentation, and 6to4, in which an IPv4 address hides. */
static const Range private_v6[] = {
  { { 0x20, 0x01, 0x00, 0x00 }, 23 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02, 0x00, 0x00 }, 16 }, { { 0x3f, 0xff, 0x00, 0x00 }, 20 },
};

static gboolean
is_in (const guint8 *bytes,
       const Range  *range)
{
  for (guint i = 0; i < range->bits; i++)
    {
      guint8 bit = (guint8) (0x80 >> (i % 8));

      if ((bytes[i / 8] & bit) != (range->bytes[i / 8] & bit))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_web_address_is_public:
 * @address: an address
 *
 * Returns: whether it is one of the internet at large. IPv4 addresses written as IPv6 are not
 */
gboolean
csm_web_address_is_public (GInetAddress *address)
{
  gboolean v4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;
  const guint8 *bytes = g_inet_address_to_bytes (address);
  const Range *ranges = v4 ? private_v4 : private_v6;
  guint n = v4 ? G_N_ELEMENTS (private_v4) : G_N_ELEMENTS (private_v6);

  if (!v4 && (bytes[0] & 0xe0) != 0x20)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (is_in (bytes, &ranges[i]))
        return FALSE;
    }
  return TRUE;
}

/* --- One after the other ------------------------------------------------------------------------------------------------------------ */

#define CSM_TYPE_WEB_ENUMERATOR (csm_web_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (CsmWebEnumerator, csm_web_enumerator, CSM, WEB_ENUMERATOR, GSocketAddressEnumerator)

struct _CsmWebEnumerator
{
  GSocketAddressEnumerator  parent_instance;
  CsmWebAddress            *address;
  GList                    *found;   /* GInetAddress */
  gboolean                  asked;
  gboolean                  any;     /* whether one of them was public */
};

G_DEFINE_FINAL_TYPE (CsmWebEnumerator, csm_web_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

/* NULL without an error: there are no more. */
static GSocketAddress *
take_next (CsmWebEnumerator  *self,
           GError           **error)
{
  guint16 port = g_network_address_get_port (G_NETWORK_ADDRESS (self->address));

  while (self->found != NULL)
    {
      g_autoptr (GInetAddress) one = self->found->data;

      self->found = g_list_delete_link (self->found, self->found);
      if (!csm_web_address_is_public (one) && !(self->address->allow_loopback && g_inet_address_get_is_loopback (one)))
        continue;
      self->any = TRUE;
      return g_inet_socket_address_new (one, port);
    }
  if (!self->any)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "that is no address on the internet");
  return NULL;
}

static const char *
host_of (CsmWebEnumerator *self)
{
  return g_network_address_get_hostname (G_NETWORK_ADDRESS (self->address));
}

static gboolean
is_literal (CsmWebEnumerator *self)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host_of (self));

  if (address != NULL)
    self->found = g_list_append (NULL, g_object_ref (address));
  return address != NULL;
}

static GSocketAddress *
csm_web_enumerator_next (GSocketAddressEnumerator  *enumerator,
                         GCancellable              *cancellable,
                         GError                   **error)
{
  CsmWebEnumerator *self = CSM_WEB_ENUMERATOR (enumerator);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  if (!self->asked && !is_literal (self))
    {
      self->found = g_resolver_lookup_by_name (resolver, host_of (self), cancellable, error);
      if (self->found == NULL)
        return NULL;
    }
  self->asked = TRUE;
  return take_next (self, error);
}

static void
return_next (GTask *task)
{
  GError *error = NULL;
  GSocketAddress *next = take_next (g_task_get_source_object (task), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, next, g_object_unref);
}

static void
looked_up (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmWebEnumerator *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->found = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_next (task);
}

static void
csm_web_enumerator_next_async (GSocketAddressEnumerator *enumerator,
                               GCancellable             *cancellable,
                               GAsyncReadyCallback       callback,
                               gpointer                  user_data)
{
  CsmWebEnumerator *self = CSM_WEB_ENUMERATOR (enumerator);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gboolean known = self->asked || is_literal (self);

  self->asked = TRUE;
  if (known)
    return_next (task);
  else
    g_resolver_lookup_by_name_async (resolver, host_of (self), cancellable, looked_up, g_steal_pointer (&task));
}

static GSocketAddress *
csm_web_enumerator_next_finish (GSocketAddressEnumerator  *enumerator,
                                GAsyncResult              *result,
                                GError                   **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
csm_web_enumerator_finalize (GObject *object)
{
  CsmWebEnumerator *self = CSM_WEB_ENUMERATOR (object);

  g_resolver_free_addresses (self->found);
  g_object_unref (self->address);
  G_OBJECT_CLASS (csm_web_enumerator_parent_class)->finalize (object);
}

static void
csm_web_enumerator_class_init (CsmWebEnumeratorClass *klass)
{
  GSocketAddressEnumeratorClass *enumerator_class = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = csm_web_enumerator_finalize;
  enumerator_class->next = csm_web_enumerator_next;
  enumerator_class->next_async = csm_web_enumerator_next_async;
  enumerator_class->next_finish = csm_web_enumerator_next_finish;
}

static void
csm_web_enumerator_init (CsmWebEnumerator *self)
{
}

/* --- The address ------------------------------------------------------------------------------------------------------------------- */

static void csm_web_address_connectable_init (GSocketConnectableIface *iface);

/* A network address, so that TLS knows whose certificate has to be shown. */
G_DEFINE_FINAL_TYPE_WITH_CODE (CsmWebAddress, csm_web_address, G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, csm_web_address_connectable_init))

static GSocketAddressEnumerator *
csm_web_address_enumerate (GSocketConnectable *connectable)
{
  CsmWebEnumerator *enumerator = g_object_new (CSM_TYPE_WEB_ENUMERATOR, NULL);

  enumerator->address = g_object_ref (CSM_WEB_ADDRESS (connectable));
  return G_SOCKET_ADDRESS_ENUMERATOR (enumerator);
}

static void
csm_web_address_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = csm_web_address_enumerate;
  /* No proxy: it would look up the name itself. */
  iface->proxy_enumerate = csm_web_address_enumerate;
}

static void
csm_web_address_class_init (CsmWebAddressClass *klass)
{
}

static void
csm_web_address_init (CsmWebAddress *self)
{
}

/**
 * csm_web_address_new:
 * @host: a name or an address
 * @port: a port
 * @allow_loopback: whether this computer may be meant after all
 *
 * Returns: (transfer full): what to connect to
 */
GSocketConnectable *
csm_web_address_new (const char *host,
                     guint16     port,
                     gboolean    allow_loopback)
{
  CsmWebAddress *self = g_object_new (CSM_TYPE_WEB_ADDRESS, "hostname", host, "port", port, NULL);

  self->allow_loopback = allow_loopback;
  return G_SOCKET_CONNECTABLE (self);
}
