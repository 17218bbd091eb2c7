/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-serve.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <string.h>

#include "csm-desk-clock.h"
#include "csm-embedding.h"
#include "csm-error.h"
#include "csm-gatekeeper.h"
#include "csm-http-server.h"
#include "csm-imap-service.h"
#include "csm-lmtp-server.h"
#include "csm-projection.h"
#include "csm-sender.h"
#include "csm-store.h"
#include "csm-time.h"

#define DEFAULT_LISTEN "127.0.0.1:8470"
/* How long connections get to take their good-bye. */
#define LAST_ITERATIONS 100
/* How often what has been kept long enough is dropped, s. */
#define UPKEEP_INTERVAL (24 * 60 * 60)

typedef struct
{
  GMainLoop    *loop;
  CsmStore     *store;
  CsmAuth      *auth;
  CsmHttpServer *http;
  CsmSender    *sender;
  CsmImapService *imap;
  CsmLmtpServer *lmtp;
  CsmDeskClock *clock;
  CsmEmbedding *embedding;
  guint         upkeep_id;
  gboolean      keeping_up;
} Serving;

/**
 * csm_serve_options_entries:
 * @options: where what is parsed goes
 *
 * Returns: (transfer full): the options of `serve`, for g_option_context_add_main_entries(); g_free() it
 */
GOptionEntry *
csm_serve_options_entries (CsmServeOptions *options)
{
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen, N_("Where to listen (default 127.0.0.1:8470; port 0: any free one)"), N_("HOST:PORT") },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_cert, N_("The certificate, with its chain"), N_("FILE") },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_key, N_("The certificate's key"), N_("FILE") },
    { "insecure-http", 0, 0, G_OPTION_ARG_NONE, &options->insecure_http, N_("Let other computers connect without encryption"), NULL },
    { "lmtp", 0, 0, G_OPTION_ARG_STRING, &options->lmtp, N_("Where a mail server on this computer can bring mail by LMTP"), N_("HOST:PORT|/PATH") },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &options->public_url, N_("What people’s addresses begin with, behind a proxy"), N_("URL") },
    { "retention-days", 0, 0, G_OPTION_ARG_INT, &options->retention_days, N_("How long a device may be away and fetch only what changed (default 90, at least 30)"), N_("DAYS") },
    { "restored", 0, 0, G_OPTION_ARG_NONE, &options->restored, N_("The data is an older copy, of a whole computer for example: what waits to be sent then waits for people. Once after it was put back"), NULL },
    { "patience", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options->patience, NULL, NULL },
    { "embedded", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->embedded, NULL, NULL },
    { NULL }
  };

  return g_memdup2 (entries, sizeof entries);
}

/**
 * csm_serve_options_clear:
 * @options: what was parsed
 */
void
csm_serve_options_clear (CsmServeOptions *options)
{
  g_clear_pointer (&options->listen, g_free);
  g_clear_pointer (&options->tls_cert, g_free);
  g_clear_pointer (&options->tls_key, g_free);
  g_clear_pointer (&options->public_url, g_free);
  g_clear_pointer (&options->lmtp, g_free);
}

static GInetAddress *
find_address (const char  *host,
              GError     **error)
{
  GInetAddress *address = g_inet_address_new_from_string (host);
  g_autoptr (GResolver) resolver = NULL;
  GList *found;

  if (address != NULL)
    return address;
  resolver = g_resolver_get_default ();
  found = g_resolver_lookup_by_name_with_flags (resolver, host, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, error);
  if (found == NULL)
    return NULL;
  address = g_object_ref (found->data);
  g_resolver_free_addresses (found);
  return address;
}

static gboolean
not_host_port (const char  *text,
               GError     **error)
{
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not HOST:PORT"), text);
  return FALSE;
}

static gboolean
read_host_port (const char     *text,
                GInetAddress  **address,
                char          **host,
                guint16        *port,
                GError        **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *name = colon != NULL ? g_strndup (text, colon - text) : NULL;
  guint64 number;

  if (name == NULL || *name == '\0' || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
    return not_host_port (text, error);
  if (*name == '[' && g_str_has_suffix (name, "]"))
    {
      memmove (name, name + 1, strlen (name));
      name[strlen (name) - 1] = '\0';
    }
  *port = (guint16) number;
  *address = find_address (name, error);
  *host = g_steal_pointer (&name);
  return *address != NULL;
}

/* Anything but this computer needs encryption, or somebody who says that it does not. */
static GSocketAddress *
read_listen (const CsmServeOptions  *options,
             GError                **error)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  if (!read_host_port (options->listen != NULL ? options->listen : DEFAULT_LISTEN, &address, &host, &port, error))
    return NULL;
  if (!g_inet_address_get_is_loopback (address) && options->tls_cert == NULL && !options->insecure_http)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("Others could read what goes to %s: give --tls-cert and --tls-key, or --insecure-http"), host);
      return NULL;
    }
  return g_inet_socket_address_new (address, port);
}

/* LMTP knows neither passwords nor encryption. */
static GSocketAddress *
read_lmtp (const char  *text,
           GError     **error)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  if (*text == '/')
    return g_unix_socket_address_new (text);
  if (!read_host_port (text, &address, &host, &port, error))
    return NULL;
  if (g_inet_address_get_is_loopback (address))
    return g_inet_socket_address_new (address, port);
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("%s is not this computer, and anybody could bring mail there"), host);
  return NULL;
}

static gboolean
read_certificate (const CsmServeOptions  *options,
                  GTlsCertificate       **certificate,
                  GError                **error)
{
  *certificate = NULL;
  if (options->tls_cert == NULL && options->tls_key == NULL)
    return TRUE;
  if (options->tls_cert == NULL || options->tls_key == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, _("--tls-cert and --tls-key belong together"));
      return FALSE;
    }
  *certificate = g_tls_certificate_new_from_files (options->tls_cert, options->tls_key, error);
  return *certificate != NULL;
}

static gboolean
check_public_url (const CsmServeOptions  *options,
                  GError                **error)
{
  if (options->public_url == NULL || g_str_has_prefix (options->public_url, "https://") || g_str_has_prefix (options->public_url, "http://"))
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_USAGE, _("“%s” is not a URL"), options->public_url);
  return FALSE;
}

static gboolean
check_retention (const CsmServeOptions  *options,
                 GError                **error)
{
  if (options->retention_days == 0 || (options->retention_days >= 30 && options->retention_days <= 36500))
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, _("--retention-days is 30 at least"));
  return FALSE;
}

static gboolean
stop_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
gone_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static gboolean
listen_embedded (Serving  *self,
                 GError  **error)
{
  g_autoptr (GSocketAddress) address = NULL;

  self->embedding = csm_embedding_new (self->store, self->auth, error);
  if (self->embedding == NULL)
    return FALSE;
  address = csm_embedding_get_address (self->embedding);
  return csm_http_server_listen (self->http, address, error) && csm_embedding_tell (self->embedding, gone_cb, self->loop, error);
}

static gboolean
listen_network (Serving         *self,
                GSocketAddress  *address,
                GError         **error)
{
  g_autofree char *url = NULL;

  if (!csm_http_server_listen (self->http, address, error))
    return FALSE;
  url = csm_http_server_get_url (self->http);
  g_print ("listening on %s\n", url);
  return TRUE;
}

static gboolean
listen_lmtp (Serving                *self,
             const CsmServeOptions  *options,
             GError                **error)
{
  g_autoptr (GSocketAddress) address = options->lmtp != NULL ? read_lmtp (options->lmtp, error) : NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  gboolean is_file = options->lmtp != NULL && *options->lmtp == '/';
  GStatBuf left;

  if (options->lmtp == NULL)
    return TRUE;
  if (address == NULL)
    return FALSE;
  /* What another server left; the workspace is ours alone. */
  if (is_file && g_lstat (options->lmtp, &left) == 0 && S_ISSOCK (left.st_mode))
    g_unlink (options->lmtp);
  self->lmtp = csm_lmtp_server_new (self->store, options->reader);
  bound = csm_lmtp_server_listen (self->lmtp, address, error);
  if (bound == NULL)
    return FALSE;
  /* The mail server is another user. */
  if (is_file)
    g_chmod (options->lmtp, 0666);
  else
    g_print ("lmtp on port %u\n", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  return TRUE;
}

static void
keep_up (GTask        *task,
         gpointer      source,
         gpointer      task_data,
         GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (!csm_store_maintain (source, csm_time_now (), &error))
    g_warning ("What is no longer needed could not be dropped: %s", error->message);
  g_task_return_boolean (task, error == NULL);
}

static void
kept_up (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Serving *) user_data)->keeping_up = FALSE;
}

static gboolean
upkeep_cb (gpointer user_data)
{
  Serving *self = user_data;
  g_autoptr (GTask) task = NULL;

  if (self->keeping_up)
    return G_SOURCE_CONTINUE;
  self->keeping_up = TRUE;
  task = g_task_new (self->store, NULL, kept_up, self);
  g_task_run_in_thread (task, keep_up);
  return G_SOURCE_CONTINUE;
}

static void
stop (Serving *self)
{
  g_clear_handle_id (&self->upkeep_id, g_source_remove);
  while (self->keeping_up)
    g_main_context_iteration (NULL, TRUE);
  if (self->clock != NULL)
    csm_desk_clock_stop (self->clock);
  if (self->lmtp != NULL)
    csm_lmtp_server_stop (self->lmtp);
  if (self->imap != NULL)
    csm_imap_service_stop (self->imap);
  if (self->sender != NULL)
    csm_sender_stop (self->sender);
  if (self->http != NULL)
    csm_http_server_stop (self->http);
  for (guint i = 0; i < LAST_ITERATIONS && g_main_context_iteration (NULL, FALSE); i++)
    ;
  g_clear_pointer (&self->embedding, csm_embedding_free);
  g_clear_object (&self->clock);
  g_clear_object (&self->lmtp);
  g_clear_object (&self->imap);
  g_clear_object (&self->sender);
  g_clear_object (&self->http);
  g_clear_pointer (&self->auth, csm_auth_unref);
  g_clear_object (&self->store);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

static gboolean
serve (const CsmServeOptions  *options,
       GSocketAddress         *address,
       GTlsCertificate        *certificate,
       GError                **error)
{
  Serving self = { 0 };
  guint term_id, int_id;
  gboolean listens;

  self.store = csm_store_open (options->data_dir, error);
  if (self.store == NULL)
    return FALSE;
  csm_projection_attach (self.store);
  if (!csm_store_lock (self.store, error))
    {
      stop (&self);
      return FALSE;
    }
  if (options->retention_days != 0)
    csm_store_set_retention (self.store, (guint) options->retention_days);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.auth = csm_auth_new ();
  self.http = csm_http_server_new (self.store, self.auth, options->public_url, certificate,
                                   options->patience > 0 ? (guint) options->patience : CSM_GATEKEEPER_PATIENCE);
  term_id = g_unix_signal_add (SIGTERM, stop_cb, self.loop);
  int_id = g_unix_signal_add (SIGINT, stop_cb, self.loop);
  listens = listen_lmtp (&self, options, error) && (options->embedded ? listen_embedded (&self, error) : listen_network (&self, address, error));
  if (listens)
    {
      self.sender = csm_sender_new (self.store);
      csm_sender_start (self.sender);
      self.imap = csm_imap_service_new (self.store, options->reader);
      csm_imap_service_start (self.imap);
      self.clock = csm_desk_clock_new (self.store);
      csm_desk_clock_start (self.clock);
      upkeep_cb (&self);
      self.upkeep_id = g_timeout_add_seconds (UPKEEP_INTERVAL, upkeep_cb, &self);
      g_main_loop_run (self.loop);
    }
  g_source_remove (term_id);
  g_source_remove (int_id);
  stop (&self);
  return listens;
}

/**
 * csm_serve_run:
 * @options: what was asked for
 * @error: one line for people; `CSM_ERROR_USAGE` when the command line is wrong
 *
 * Serves a workspace until SIGTERM or SIGINT, or, embedded, until the app is gone.
 *
 * Returns: the exit status: 0, 1 or, for a wrong command line, 2
 */
int
csm_serve_run (const CsmServeOptions  *options,
               GError                **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) local = NULL;

  if (!options->embedded)
    address = read_listen (options, &local);
  if ((options->embedded || address != NULL) && read_certificate (options, &certificate, &local) && check_public_url (options, &local) &&
      check_retention (options, &local) && serve (options, address, certificate, &local))
    return 0;
  if (g_error_matches (local, CSM_ERROR, CSM_ERROR_USAGE))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return 2;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return 1;
}
