/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-provider.h"

#include <glib/gi18n.h>

#include "csm-id.h"
#include "csm-link.h"

/* Nobody types so much into the desktop's search. */
#define TYPED_MAX 200
#define CUSTOMERS_MAX 3
#define CASES_MAX 10
/* What is said about a result has room for so much. */
#define PREVIEW_MAX 80

static const char xml[] =
  "<node><interface name='org.gnome.Shell.SearchProvider2'>"
  "<method name='GetInitialResultSet'><arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
  "<method name='GetSubsearchResultSet'><arg type='as' direction='in'/><arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
  "<method name='GetResultMetas'><arg type='as' direction='in'/><arg type='aa{sv}' direction='out'/></method>"
  "<method name='ActivateResult'><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='u' direction='in'/></method>"
  "<method name='LaunchSearch'><arg type='as' direction='in'/><arg type='u' direction='in'/></method>"
  "</interface></node>";

typedef struct
{
  char *name;
  char *description;
} About;

struct _CsmSearchProvider
{
  GObject          parent_instance;
  GDBusConnection *bus;          /* NULL: not exported */
  guint            id;
  CsmAccount      *account;      /* NULL: nobody is signed in */
  GCancellable    *cancellable;  /* of the search that runs */
  GHashTable      *known;        /* id → About: of the results of this search and the last one */
};

enum { ASKED, OPEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSearchProvider, csm_search_provider, G_TYPE_OBJECT)

static void
about_free (gpointer data)
{
  About *about = data;

  g_free (about->name);
  g_free (about->description);
  g_free (about);
}

/* --- one search -------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmSearchProvider     *self;
  GDBusMethodInvocation *invocation;
  GHashTable            *known;
  GPtrArray             *customers;  /* ids */
  GPtrArray             *cases;
  guint                  n_running;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->self);
  g_hash_table_unref (search->known);
  g_ptr_array_unref (search->customers);
  g_ptr_array_unref (search->cases);
  g_free (search);
}

static void
add (Search     *search,
     GPtrArray  *ids,
     const char *id,
     const char *name,
     char       *description)
{
  About *about = g_new0 (About, 1);

  about->name = g_strdup (name);
  about->description = description;
  g_ptr_array_add (ids, g_strdup (id));
  g_hash_table_replace (search->known, g_strdup (id), about);
}

/* People come first: who looks for a person types a name. */
static void
finish (Search *search)
{
  CsmSearchProvider *self = search->self;
  GVariantBuilder ids;

  if (--search->n_running > 0)
    return;
  g_variant_builder_init (&ids, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < search->customers->len; i++)
    g_variant_builder_add (&ids, "s", search->customers->pdata[i]);
  for (guint i = 0; i < search->cases->len; i++)
    g_variant_builder_add (&ids, "s", search->cases->pdata[i]);
  g_dbus_method_invocation_return_value (search->invocation, g_variant_new ("(as)", &ids));
  if (g_hash_table_size (search->known) > 0)
    {
      g_hash_table_unref (self->known);
      self->known = g_hash_table_ref (search->known);
    }
  search_free (search);
}

static char *
describe_customer (const CsmCustomerHit *hit)
{
  g_autofree char *cases = g_strdup_printf (ngettext ("%u case", "%u cases", hit->n_cases), hit->n_cases);

  /* Translators: a customer's address, and how many cases there are: "maria@example.org · 3 cases" */
  return hit->address != NULL ? g_strdup_printf (_("%s · %s"), hit->address, cases) : g_steal_pointer (&cases);
}

static void
customers_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Search *search = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = csm_cache_find_customers_finish (CSM_CACHE (source), result, &error);

  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const CsmCustomerHit *hit = hits->pdata[i];
      const char *name = hit->name != NULL ? hit->name : hit->address;

      if (name != NULL && hit->case_id != NULL)
        add (search, search->customers, hit->id, name, describe_customer (hit));
    }
  finish (search);
}

static char *
describe_case (const CsmCaseRow *row)
{
  const char *preview = row->preview != NULL ? row->preview : "";
  g_autofree char *cut = g_utf8_strlen (preview, -1) > PREVIEW_MAX ? g_utf8_substring (preview, 0, PREVIEW_MAX) : g_strdup (preview);

  if (row->customer_name == NULL || row->customer_name[0] == '\0')
    return g_steal_pointer (&cut);
  /* Translators: a customer's name, and the beginning of what was written last */
  return cut[0] != '\0' ? g_strdup_printf (_("%s · %s"), row->customer_name, cut) : g_strdup (row->customer_name);
}

static void
cases_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Search *search = data;
  gboolean more;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = csm_cache_open_list_finish (CSM_CACHE (source), result, &rows, &more, &error);

  for (guint i = 0; rowids != NULL && rows != NULL && i < rows->len && i < CASES_MAX; i++)
    {
      const CsmCaseRow *row = rows->pdata[i];

      add (search, search->cases, row->id, row->subject != NULL && row->subject[0] != '\0' ? row->subject : _("(no subject)"), describe_case (row));
    }
  finish (search);
}

static void
find (CsmSearchProvider     *self,
      GDBusMethodInvocation *invocation,
      const char * const    *terms)
{
  CsmCache *cache = self->account != NULL && csm_account_get_state (self->account) != CSM_ACCOUNT_SIGNED_OUT ? csm_account_get_cache (self->account) : NULL;
  g_autofree char *typed = g_strjoinv (" ", (char **) terms);
  g_autoptr (CsmCaseView) view = NULL;
  Search *search;

  /* What was typed before is answered with nothing: the desktop does not wait for it any more. */
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (cache == NULL || g_utf8_strlen (typed, -1) > TYPED_MAX)
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(as)", NULL));
      return;
    }
  self->cancellable = g_cancellable_new ();
  view = csm_case_view_new (CSM_VIEW_SEARCH, typed);
  search = g_new0 (Search, 1);
  search->self = g_object_ref (self);
  search->invocation = invocation;
  search->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, about_free);
  search->customers = g_ptr_array_new_with_free_func (g_free);
  search->cases = g_ptr_array_new_with_free_func (g_free);
  search->n_running = 2;
  csm_cache_find_customers_async (cache, typed, CUSTOMERS_MAX, self->cancellable, customers_cb, search);
  csm_cache_open_list_async (cache, view, CASES_MAX, self->cancellable, cases_cb, search);
}

/* --- what was found ---------------------------------------------------------------------------------------- */

static void
tell (CsmSearchProvider     *self,
      GDBusMethodInvocation *invocation,
      const char * const    *ids)
{
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      const About *about = g_hash_table_lookup (self->known, ids[i]);

      if (about == NULL)
        continue;
      g_variant_builder_open (&metas, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&metas, "{sv}", "id", g_variant_new_string (ids[i]));
      g_variant_builder_add (&metas, "{sv}", "name", g_variant_new_string (about->name));
      g_variant_builder_add (&metas, "{sv}", "description", g_variant_new_string (about->description));
      g_variant_builder_add (&metas, "{sv}", "gicon", g_variant_new_string (ids[i][0] == 'u' ? "avatar-default" : CSM_APP_ID));
      g_variant_builder_close (&metas);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &metas));
}

static void
open_result (CsmSearchProvider *self,
             const char        *id)
{
  gboolean customer = csm_id_is_valid (id, 'u');
  g_autofree char *uri = NULL;

  if (!customer && !csm_id_is_valid (id, 'c'))
    return;
  uri = csm_link_format (customer ? CSM_LINK_TO_CUSTOMER : CSM_LINK_TO_CASE, id);
  g_signal_emit (self, signals[OPEN], 0, uri);
}

static void
call_cb (GDBusConnection       *bus,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               data)
{
  CsmSearchProvider *self = data;
  g_autofree const char **terms = NULL;
  const char *id;

  g_signal_emit (self, signals[ASKED], 0);
  if (g_str_equal (method, "GetInitialResultSet") || g_str_equal (method, "GetResultMetas"))
    {
      g_variant_get (parameters, "(^a&s)", &terms);
      if (g_str_equal (method, "GetResultMetas"))
        tell (self, invocation, terms);
      else
        find (self, invocation, terms);
    }
  else if (g_str_equal (method, "GetSubsearchResultSet"))
    {
      g_variant_get (parameters, "(@as^a&s)", NULL, &terms);
      find (self, invocation, terms);
    }
  else if (g_str_equal (method, "ActivateResult"))
    {
      g_variant_get (parameters, "(&s^a&su)", &id, &terms, NULL);
      open_result (self, id);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
  else
    {
      g_autofree char *typed = NULL;
      g_autofree char *uri = NULL;

      g_variant_get (parameters, "(^a&su)", &terms, NULL);
      typed = g_strjoinv (" ", (char **) terms);
      uri = csm_link_format (CSM_LINK_TO_SEARCH, typed);
      g_signal_emit (self, signals[OPEN], 0, uri);
      g_dbus_method_invocation_return_value (invocation, NULL);
    }
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_search_provider_dispose (GObject *object)
{
  CsmSearchProvider *self = CSM_SEARCH_PROVIDER (object);

  csm_search_provider_unexport (self);
  csm_search_provider_set_account (self, NULL);
  G_OBJECT_CLASS (csm_search_provider_parent_class)->dispose (object);
}

static void
csm_search_provider_finalize (GObject *object)
{
  g_hash_table_unref (CSM_SEARCH_PROVIDER (object)->known);
  G_OBJECT_CLASS (csm_search_provider_parent_class)->finalize (object);
}

static void
csm_search_provider_class_init (CsmSearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_search_provider_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_search_provider_finalize;
  signals[ASKED] = g_signal_new ("asked", CSM_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPEN] = g_signal_new ("open", CSM_TYPE_SEARCH_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_search_provider_init (CsmSearchProvider *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, about_free);
}

/* Returns: (transfer full): a provider that finds nothing until there is an account */
CsmSearchProvider *
csm_search_provider_new (void)
{
  return g_object_new (CSM_TYPE_SEARCH_PROVIDER, NULL);
}

/**
 * csm_search_provider_export:
 * @self: a provider
 * @bus: the session's bus
 * @path: where the desktop expects it
 * @error: return location
 *
 * Returns: whether it can be asked now
 */
gboolean
csm_search_provider_export (CsmSearchProvider  *self,
                            GDBusConnection    *bus,
                            const char         *path,
                            GError            **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, error);

  g_return_val_if_fail (CSM_IS_SEARCH_PROVIDER (self) && self->bus == NULL, FALSE);
  if (node == NULL)
    return FALSE;
  self->id = g_dbus_connection_register_object (bus, path, node->interfaces[0], &vtable, self, NULL, error);
  if (self->id == 0)
    return FALSE;
  self->bus = g_object_ref (bus);
  return TRUE;
}

void
csm_search_provider_unexport (CsmSearchProvider *self)
{
  g_return_if_fail (CSM_IS_SEARCH_PROVIDER (self));
  if (self->bus != NULL)
    g_dbus_connection_unregister_object (self->bus, self->id);
  g_clear_object (&self->bus);
}

/* @account: (nullable): where it looks from now on */
void
csm_search_provider_set_account (CsmSearchProvider *self,
                                 CsmAccount        *account)
{
  g_return_if_fail (CSM_IS_SEARCH_PROVIDER (self));
  if (!g_set_object (&self->account, account))
    return;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_hash_table_remove_all (self->known);
}
