/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-finder.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-address.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-mail-providers.h"

/* More exchangers than the first few tell nothing new. */
#define MAX_EXCHANGERS 10
#define MAX_PROBES 16

/* How mail servers begin to speak. */
#define IMAP_GREETING "* "
#define SMTP_GREETING "220"

static const CsmMailboxPorts usual_ports = { 993, 143, 465, 587 };

typedef enum { SRV_IMAPS, SRV_IMAP, SRV_SUBMISSIONS, SRV_SUBMISSION, N_SRV } Srv;
static const char *const srv_names[N_SRV] = { "imaps", "imap", "submissions", "submission" };

/* Somewhere that a mail server may listen. */
typedef struct
{
  CsmMailboxFinder   *finder;
  char               *host;
  guint16             port;
  gboolean            implicit;
  gboolean            is_smtp;
  GSocketConnection  *connection;
  char                greeting[4];
  gboolean            answers;
} Probe;

struct _CsmMailboxFinder
{
  CsmMailProviders *providers;
  CsmMailboxPorts   ports;
  GTlsDatabase     *database;    /* NULL: the system's */
  guint             patience_ms;
  GCancellable     *outer;       /* the caller's */
  GCancellable     *cancellable; /* of what goes on */
  GMainContext     *context;
  guint             pending;
  char             *srv_hosts[N_SRV];
  guint16           srv_ports[N_SRV];
  GPtrArray        *exchangers;  /* names, the preferred first */
  GPtrArray        *probes;
};

static void
probe_free (Probe *probe)
{
  g_free (probe->host);
  g_clear_object (&probe->connection);
  g_free (probe);
}

/**
 * csm_mailbox_finder_new:
 * @patience_ms: how long each of its two steps may take, ms: asking the name system, and trying what is usual
 * @cancellable: ends all that blocks
 * @error: return location; the program itself is damaged then
 *
 * Returns: (transfer full) (nullable): a finder
 */
CsmMailboxFinder *
csm_mailbox_finder_new (guint          patience_ms,
                        GCancellable  *cancellable,
                        GError       **error)
{
  CsmMailProviders *providers = csm_mail_providers_new (error);
  CsmMailboxFinder *self;

  if (providers == NULL)
    return NULL;
  self = g_new0 (CsmMailboxFinder, 1);
  self->providers = providers;
  self->ports = usual_ports;
  self->patience_ms = patience_ms;
  self->outer = g_object_ref (cancellable);
  self->context = g_main_context_new ();
  self->exchangers = g_ptr_array_new_with_free_func (g_free);
  self->probes = g_ptr_array_new_with_free_func ((GDestroyNotify) probe_free);
  return self;
}

/**
 * csm_mailbox_finder_free:
 * @self: (nullable): a finder
 */
void
csm_mailbox_finder_free (CsmMailboxFinder *self)
{
  if (self == NULL)
    return;
  csm_mail_providers_free (self->providers);
  for (guint i = 0; i < N_SRV; i++)
    g_free (self->srv_hosts[i]);
  g_ptr_array_unref (self->exchangers);
  g_ptr_array_unref (self->probes);
  g_clear_object (&self->database);
  g_clear_object (&self->cancellable);
  g_object_unref (self->outer);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * csm_mailbox_finder_set_ports:
 * @self: a finder
 * @ports: where mail servers listen
 * @database: (nullable): the certificates to trust instead of the system's
 */
void
csm_mailbox_finder_set_ports (CsmMailboxFinder      *self,
                              const CsmMailboxPorts *ports,
                              GTlsDatabase          *database)
{
  self->ports = *ports;
  g_set_object (&self->database, database);
}

/* --- Waiting for several things ------------------------------------------------------------------------------------------------- */

static gboolean
give_up (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled (GCancellable *outer,
                 GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

typedef void (*StartFunc) (CsmMailboxFinder *self, const char *domain);

/* Runs what @start begins until all of it is done, or the time is up. */
static gboolean
run_step (CsmMailboxFinder  *self,
          const char        *domain,
          StartFunc          start,
          GError           **error)
{
  g_autoptr (GSource) limit = g_timeout_source_new (self->patience_ms);
  gulong handler;

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_main_context_push_thread_default (self->context);
  g_source_set_callback (limit, give_up, g_object_ref (self->cancellable), g_object_unref);
  g_source_attach (limit, self->context);
  handler = g_cancellable_connect (self->outer, G_CALLBACK (outer_cancelled), g_object_ref (self->cancellable), g_object_unref);
  start (self, domain);
  while (self->pending > 0)
    g_main_context_iteration (self->context, TRUE);
  g_cancellable_disconnect (self->outer, handler);
  g_source_destroy (limit);
  g_main_context_pop_thread_default (self->context);
  return !g_cancellable_set_error_if_cancelled (self->outer, error);
}

/* --- What the name system says --------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmMailboxFinder *finder;
  Srv               srv;
} Lookup;

static void
service_found (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autofree Lookup *lookup = user_data;
  CsmMailboxFinder *self = lookup->finder;
  GList *targets = g_resolver_lookup_service_finish (G_RESOLVER (source), result, NULL);
  GSrvTarget *first = targets != NULL ? targets->data : NULL;
  const char *host = first != NULL ? g_srv_target_get_hostname (first) : NULL;

  self->pending--;
  /* A single dot: decidedly not offered (RFC 6186, section 3.4). */
  if (host != NULL && *host != '\0' && !g_str_equal (host, "."))
    {
      self->srv_hosts[lookup->srv] = g_strdup (host);
      self->srv_ports[lookup->srv] = g_srv_target_get_port (first);
      if (g_str_has_suffix (host, "."))
        self->srv_hosts[lookup->srv][strlen (host) - 1] = '\0';
    }
  g_resolver_free_targets (targets);
}

static int
compare_exchangers (gconstpointer a,
                    gconstpointer b)
{
  guint16 x, y;

  g_variant_get ((GVariant *) a, "(q&s)", &x, NULL);
  g_variant_get ((GVariant *) b, "(q&s)", &y, NULL);
  return x < y ? -1 : x > y;
}

static void
exchangers_found (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  CsmMailboxFinder *self = user_data;
  GList *records = g_resolver_lookup_records_finish (G_RESOLVER (source), result, NULL);

  self->pending--;
  records = g_list_sort (records, compare_exchangers);
  for (GList *link = records; link != NULL && self->exchangers->len < MAX_EXCHANGERS; link = link->next)
    {
      const char *name;
      gsize length;

      g_variant_get (link->data, "(q&s)", NULL, &name);
      length = strlen (name);
      length -= length > 0 && name[length - 1] == '.';
      if (length > 0)
        g_ptr_array_add (self->exchangers, g_strndup (name, length));
    }
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
}

static void
ask_names (CsmMailboxFinder *self,
           const char       *domain)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  for (guint i = 0; i < N_SRV; i++)
    {
      Lookup *lookup = g_new0 (Lookup, 1);

      lookup->finder = self;
      lookup->srv = i;
      self->pending++;
      g_resolver_lookup_service_async (resolver, srv_names[i], "tcp", domain, self->cancellable, service_found, lookup);
    }
  self->pending++;
  g_resolver_lookup_records_async (resolver, domain, G_RESOLVER_RECORD_MX, self->cancellable, exchangers_found, self);
}

/* --- What is usual ---------------------------------------------------------------------------------------------------------------- */

static void
greeted (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Probe *probe = user_data;
  gsize length = strlen (probe->is_smtp ? SMTP_GREETING : IMAP_GREETING), got = 0;

  probe->finder->pending--;
  probe->answers = g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &got, NULL) && got == length &&
                   memcmp (probe->greeting, probe->is_smtp ? SMTP_GREETING : IMAP_GREETING, length) == 0;
  g_clear_object (&probe->connection);
}

static void
connected (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Probe *probe = user_data;

  probe->connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, NULL);
  if (probe->connection == NULL)
    {
      probe->finder->pending--;
      return;
    }
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (probe->connection)), probe->greeting,
                                 strlen (probe->is_smtp ? SMTP_GREETING : IMAP_GREETING), G_PRIORITY_DEFAULT, probe->finder->cancellable, greeted, probe);
}

static void
client_event (GSocketClient      *client,
              GSocketClientEvent  event,
              GSocketConnectable *connectable,
              GIOStream          *connection,
              gpointer            user_data)
{
  CsmMailboxFinder *self = user_data;

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && self->database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), self->database);
}

static void
add_probe (CsmMailboxFinder *self,
           const char       *host,
           guint16           port,
           gboolean          implicit,
           gboolean          is_smtp)
{
  Probe *probe;

  for (guint i = 0; i < self->probes->len; i++)
    {
      probe = g_ptr_array_index (self->probes, i);
      if (probe->port == port && g_ascii_strcasecmp (probe->host, host) == 0)
        return;
    }
  if (self->probes->len >= MAX_PROBES)
    return;
  probe = g_new0 (Probe, 1);
  probe->finder = self;
  probe->host = g_strdup (host);
  probe->port = port;
  probe->implicit = implicit;
  probe->is_smtp = is_smtp;
  g_ptr_array_add (self->probes, probe);
}

/* The preferred first: encrypted from the first byte (RFC 8314), and a name that says what it is for. */
static void
plan_probes (CsmMailboxFinder *self,
             const char       *domain)
{
  g_autofree char *imap = g_strconcat ("imap.", domain, NULL);
  g_autofree char *smtp = g_strconcat ("smtp.", domain, NULL);
  g_autofree char *mail = g_strconcat ("mail.", domain, NULL);
  const char *exchanger = self->exchangers->len > 0 ? g_ptr_array_index (self->exchangers, 0) : mail;
  const char *in[] = { imap, mail, exchanger }, *out[] = { smtp, mail, exchanger };

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    {
      add_probe (self, in[i], self->ports.imaps, TRUE, FALSE);
      add_probe (self, out[i], self->ports.submissions, TRUE, TRUE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    {
      add_probe (self, in[i], self->ports.imap, FALSE, FALSE);
      add_probe (self, out[i], self->ports.submission, FALSE, TRUE);
    }
}

static void
try_usual (CsmMailboxFinder *self,
           const char       *domain)
{
  plan_probes (self, domain);
  for (guint i = 0; i < self->probes->len; i++)
    {
      Probe *probe = g_ptr_array_index (self->probes, i);
      g_autoptr (GSocketClient) client = g_socket_client_new ();

      g_socket_client_set_enable_proxy (client, FALSE);
      g_socket_client_set_tls (client, probe->implicit);
      g_signal_connect (client, "event", G_CALLBACK (client_event), self);
      self->pending++;
      g_socket_client_connect_to_host_async (client, probe->host, probe->port, self->cancellable, connected, probe);
    }
}

/* --- What comes of it --------------------------------------------------------------------------------------------------------------- */

static JsonObject *
make_server (const char *host,
             guint16     port,
             gboolean    implicit,
             const char *user)
{
  JsonObject *server = json_object_new ();

  csm_json_set_string (server, "host", host);
  json_object_set_int_member (server, "port", port);
  csm_json_set_string (server, "tls", implicit ? "implicit" : "starttls");
  csm_json_set_string (server, "user", user);
  return server;
}

static void
add_candidate (JsonArray  *candidates,
               const char *source,
               JsonObject *imap,
               JsonObject *smtp)
{
  JsonObject *one = json_object_new ();

  csm_json_set_string (one, "source", source);
  json_object_set_null_member (one, "provider");
  json_object_set_null_member (one, "imap");
  json_object_set_null_member (one, "smtp");
  if (imap != NULL)
    json_object_set_object_member (one, "imap", imap);
  if (smtp != NULL)
    json_object_set_object_member (one, "smtp", smtp);
  json_object_set_boolean_member (one, "oauth", FALSE);
  json_object_set_null_member (one, "help");
  json_array_add_object_element (candidates, one);
}

static JsonObject *
offer_service (CsmMailboxFinder *self,
               Srv               implicit,
               Srv               starttls,
               const char       *address)
{
  if (self->srv_hosts[implicit] != NULL)
    return make_server (self->srv_hosts[implicit], self->srv_ports[implicit], TRUE, address);
  if (self->srv_hosts[starttls] != NULL)
    return make_server (self->srv_hosts[starttls], self->srv_ports[starttls], FALSE, address);
  return NULL;
}

/* A domain whose exchanger is a provider's, or that says itself where its servers are (RFC 6186; RFC 8314, section 5.1). */
static void
add_found (CsmMailboxFinder *self,
           const char       *address,
           JsonArray        *candidates)
{
  JsonObject *imap = offer_service (self, SRV_IMAPS, SRV_IMAP, address), *smtp = offer_service (self, SRV_SUBMISSIONS, SRV_SUBMISSION, address);

  for (guint i = 0; i < self->exchangers->len && json_array_get_length (candidates) == 0; i++)
    {
      const char *exchanger = g_ptr_array_index (self->exchangers, i);
      JsonObject *provider = csm_mail_providers_find_mx (self->providers, exchanger);

      if (provider != NULL)
        json_array_add_object_element (candidates, csm_mail_provider_offer (provider, address, exchanger));
    }
  if (imap != NULL || smtp != NULL)
    add_candidate (candidates, "srv", imap, smtp);
}

static JsonObject *
offer_answering (CsmMailboxFinder *self,
                 gboolean          is_smtp,
                 const char       *address)
{
  for (guint i = 0; i < self->probes->len; i++)
    {
      Probe *probe = g_ptr_array_index (self->probes, i);

      if (probe->answers && probe->is_smtp == is_smtp)
        return make_server (probe->host, probe->port, probe->implicit, address);
    }
  return NULL;
}

static gboolean
guess (CsmMailboxFinder  *self,
       const char        *address,
       const char        *domain,
       JsonArray         *candidates,
       GError           **error)
{
  JsonObject *imap, *smtp;

  if (!run_step (self, domain, try_usual, error))
    return FALSE;
  imap = offer_answering (self, FALSE, address);
  smtp = offer_answering (self, TRUE, address);
  if (imap != NULL || smtp != NULL)
    add_candidate (candidates, "guess", imap, smtp);
  return TRUE;
}

/**
 * csm_mailbox_finder_run:
 * @self: a finder; only once
 * @address: an email address
 * @error: `CSM_ERROR_INVALID`, or `G_IO_ERROR_CANCELLED`
 *
 * First what is known of providers, then what the domain says of itself, and then, only if that is nothing, what usually is the case.
 *
 * Returns: (transfer full) (nullable): candidates, the best first: {source, provider, imap, smtp, oauth, help}
 */
JsonArray *
csm_mailbox_finder_run (CsmMailboxFinder  *self,
                        const char        *address,
                        GError           **error)
{
  const char *at = address != NULL ? strrchr (address, '@') : NULL;
  g_autofree char *domain = at != NULL && csm_address_is_valid (address) ? g_hostname_to_ascii (at + 1) : NULL;
  g_autoptr (JsonArray) candidates = json_array_new ();
  JsonObject *provider;

  if (domain == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not an email address"), address != NULL ? address : "");
      return NULL;
    }
  provider = csm_mail_providers_find (self->providers, domain);
  if (provider != NULL)
    {
      json_array_add_object_element (candidates, csm_mail_provider_offer (provider, address, NULL));
      return g_steal_pointer (&candidates);
    }
  if (!run_step (self, domain, ask_names, error))
    return NULL;
  add_found (self, address, candidates);
  if (json_array_get_length (candidates) == 0 && !guess (self, address, domain, candidates, error))
    return NULL;
  return g_steal_pointer (&candidates);
}
