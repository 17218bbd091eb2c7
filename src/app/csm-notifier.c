/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-notifier.h"

#include <glib/gi18n.h>

#include "csm-clock-words.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-time.h"

/* More at once is a bootstrap, or a long time away: the views tell about those. */
#define CHANGES_MAX 20
#define BODY_MAX 160

struct _CsmNotifier
{
  GObject       parent_instance;
  CsmWorkbench *workbench;   /* NULL: stopped */
  CsmCache     *cache;
  GtkWindow    *window;      /* weak; or NULL */
  gint64        since;       /* µs */
  GHashTable   *told;        /* set of what was told: record ids, of drafts with who asked */
  gboolean      quiet;       /* what is being looked at was there from the beginning */
};

enum { NOTICED, SEEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmNotifier, csm_notifier, G_TYPE_OBJECT)

static const char *
get_name (CsmNotifier *self,
          const char  *id)
{
  const char *name = csm_workbench_get_name (self->workbench, id);

  return name != NULL ? name : _("A colleague");
}

/* --- saying it --------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmNotifier *self;
  CsmNotice   *notice;
  gboolean     mine_only;   /* only in a case that is the person's */
} Telling;

static void
telling_free (Telling *telling)
{
  g_object_unref (telling->self);
  csm_notice_free (telling->notice);
  g_free (telling);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Telling, telling_free)

static gboolean
is_looked_at (CsmNotifier *self,
              const char  *case_id)
{
  return self->window != NULL && gtk_window_is_active (self->window)
         && g_strcmp0 (csm_workbench_get_case_id (self->workbench), case_id) == 0;
}

static void
case_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (Telling) telling = data;
  CsmNotifier *self = telling->self;
  CsmNotice *notice = telling->notice;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);
  const char *subject = record != NULL ? csm_json_get_string (record, "subject") : NULL;

  if (record == NULL || self->workbench == NULL || is_looked_at (self, notice->case_id))
    return;
  notice->owner_id = g_strdup (csm_json_get_string (record, "ownerId"));
  if (telling->mine_only && g_strcmp0 (notice->owner_id, csm_workbench_get_my_id (self->workbench)) != 0)
    return;
  notice->subject = g_strdup (subject != NULL && subject[0] != '\0' ? subject : _("(no subject)"));
  g_signal_emit (self, signals[NOTICED], 0, notice);
}

/* @at: of which property of @record is the time that it happened. @what: (transfer full) */
static Telling *
telling_new (CsmNotifier   *self,
             CsmNoticeKind  kind,
             JsonObject    *record,
             const char    *at,
             char          *what)
{
  Telling *telling = g_new0 (Telling, 1);

  telling->self = g_object_ref (self);
  telling->notice = g_new0 (CsmNotice, 1);
  telling->notice->kind = kind;
  telling->notice->case_id = g_strdup (csm_json_get_string (record, "caseId"));
  telling->notice->what = what;
  telling->notice->at = csm_json_get_time (record, at);
  if (telling->notice->at == CSM_TIME_NONE)
    telling->notice->at = csm_time_now ();
  return telling;
}

/* @telling: (transfer full) */
static void
tell (Telling *telling)
{
  csm_cache_load_record_async (telling->self->cache, CSM_TYPE_ID_CASE, telling->notice->case_id, NULL, case_cb, telling);
}

static gboolean
is_new (CsmNotifier *self,
        JsonObject  *record,
        const char  *key,
        const char  *at)
{
  gint64 when = csm_json_get_time (record, at);

  if (when != CSM_TIME_NONE && when < self->since)
    return FALSE;
  return g_hash_table_add (self->told, g_strdup (key)) && !self->quiet;
}

/* --- what may be worth saying ------------------------------------------------------------------------------ */

static void
check_comment (CsmNotifier *self,
               JsonObject  *comment)
{
  const char *my_id = csm_workbench_get_my_id (self->workbench);
  const char *author = csm_json_get_string (comment, "authorId");
  const char *body = csm_json_get_string (comment, "body");
  g_autofree char *plain = NULL;
  Telling *telling;

  if (my_id == NULL || author == NULL || g_str_equal (author, my_id) || csm_json_get_boolean (comment, "deleted")
      || !csm_json_has_key (comment, "mentions", my_id) || !is_new (self, comment, csm_json_get_string (comment, "id"), "at"))
    return;
  plain = csm_markdown_plain (body != NULL ? body : "");
  if (g_utf8_strlen (plain, -1) > BODY_MAX)
    {
      g_autofree char *cut = g_utf8_substring (plain, 0, BODY_MAX);

      g_free (plain);
      plain = g_strconcat (cut, "…", NULL);
    }
  telling = telling_new (self, CSM_NOTICE_COLLEAGUE, comment, "at", g_strdup_printf (_("%s mentioned you"), get_name (self, author)));
  telling->notice->words = g_steal_pointer (&plain);
  tell (telling);
}

static gboolean
is_asked (CsmNotifier *self,
          JsonObject  *draft)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *team_id = csm_json_get_string (draft, "reviewTeamId");
  JsonObject *team = team_id != NULL ? csm_directory_lookup (directory, team_id) : NULL;

  return g_strcmp0 (csm_json_get_string (draft, "reviewerId"), directory->my_id) == 0
         || (team != NULL && csm_json_has_key (team, "memberIds", directory->my_id));
}

static void
check_draft (CsmNotifier *self,
             JsonObject  *draft)
{
  const char *by = csm_json_get_string (draft, "requestedBy");
  const char *id = csm_json_get_string (draft, "id");
  g_autofree char *key = g_strdup_printf ("%s %s", id, by != NULL ? by : "");

  if (csm_workbench_get_directory (self->workbench) == NULL)
    return;
  if (g_strcmp0 (csm_json_get_string (draft, "review"), "requested") != 0)
    {
      /* Asked once more, it is told once more. */
      g_hash_table_remove (self->told, key);
      return;
    }
  if (by == NULL || g_strcmp0 (by, csm_workbench_get_my_id (self->workbench)) == 0 || !is_asked (self, draft)
      || !is_new (self, draft, key, "requestedAt"))
    return;
  tell (telling_new (self, CSM_NOTICE_OTHER, draft, "requestedAt", g_strdup_printf (_("%s asks you to look at a reply"), get_name (self, by))));
}

/* A promise is about to be broken, or was, and a service level says that this person is to hear of it. */
static void
check_warning (CsmNotifier *self,
               JsonObject  *event,
               JsonObject  *after)
{
  const char *my_id = csm_workbench_get_my_id (self->workbench);

  if (my_id == NULL || after == NULL || !csm_json_has_key (after, "toIds", my_id) || !is_new (self, event, csm_json_get_string (event, "id"), "at"))
    return;
  tell (telling_new (self, CSM_NOTICE_OTHER, event, "at",
                     csm_clock_words_deadline (csm_json_get_string (event, "property"), csm_json_get_time (after, "value"), csm_time_now ())));
}

static void
check_event (CsmNotifier *self,
             JsonObject  *event)
{
  const char *my_id = csm_workbench_get_my_id (self->workbench);
  const char *by = csm_json_get_string (event, "personId");
  JsonObject *after = csm_json_get_object (event, "after");

  if (g_strcmp0 (csm_json_get_string (event, "kind"), "clockWarning") == 0)
    {
      check_warning (self, event, after);
      return;
    }
  if (my_id == NULL || g_strcmp0 (csm_json_get_string (event, "property"), "ownerId") != 0 || g_strcmp0 (by, my_id) == 0
      || after == NULL || g_strcmp0 (csm_json_get_string (after, "value"), my_id) != 0
      || !is_new (self, event, csm_json_get_string (event, "id"), "at"))
    return;
  tell (telling_new (self, CSM_NOTICE_OTHER, event, "at",
                     by != NULL ? g_strdup_printf (_("%s assigned this case to you"), get_name (self, by)) : g_strdup (_("This case is yours now"))));
}

static void
check_message (CsmNotifier *self,
               JsonObject  *message)
{
  Telling *telling;

  if (g_strcmp0 (csm_json_get_string (message, "direction"), "in") != 0 || csm_json_get_string (message, "automatic") != NULL
      || !is_new (self, message, csm_json_get_string (message, "id"), "at"))
    return;
  telling = telling_new (self, CSM_NOTICE_CUSTOMER, message, "at", g_strdup (_("The customer wrote")));
  telling->mine_only = TRUE;
  tell (telling);
}

/* --- reading what changed ---------------------------------------------------------------------------------- */

static const struct
{
  CsmTypeId   type;
  void      (*check) (CsmNotifier *self,
                      JsonObject  *record);
} kinds[] = {
  { CSM_TYPE_ID_COMMENT, check_comment },
  { CSM_TYPE_ID_DRAFT, check_draft },
  { CSM_TYPE_ID_EVENT, check_event },
  { CSM_TYPE_ID_MESSAGE, check_message },
};

typedef struct
{
  CsmNotifier *self;
  guint        kind;
  gboolean     first;
} Reading;

static void
record_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Reading *reading = data;
  g_autoptr (CsmNotifier) self = reading->self;
  guint kind = reading->kind;
  gboolean first = reading->first;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);

  g_free (reading);
  if (record == NULL || self->workbench == NULL)
    return;
  self->quiet = first;
  kinds[kind].check (self, record);
  self->quiet = FALSE;
}

static void
changed_cb (CsmNotifier        *self,
            const CsmChangeSet *set)
{
  if (set->all || !g_settings_get_boolean (csm_workbench_get_settings (self->workbench), "notifications"))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GHashTable *ids = set->ids[kinds[i].type];
      GHashTableIter iter;
      gpointer id;

      if (ids == NULL || g_hash_table_size (ids) > CHANGES_MAX)
        continue;
      g_hash_table_iter_init (&iter, ids);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        {
          Reading *reading = g_new0 (Reading, 1);

          reading->self = g_object_ref (self);
          reading->kind = i;
          reading->first = set->first[kinds[i].type];
          csm_cache_load_record_async (self->cache, kinds[i].type, id, NULL, record_cb, reading);
        }
    }
}

static void
looked_cb (CsmNotifier *self)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (case_id != NULL && is_looked_at (self, case_id))
    g_signal_emit (self, signals[SEEN], 0, case_id);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_notifier_dispose (GObject *object)
{
  CsmNotifier *self = CSM_NOTIFIER (object);

  csm_notifier_stop (self);
  g_clear_weak_pointer (&self->window);
  G_OBJECT_CLASS (csm_notifier_parent_class)->dispose (object);
}

static void
csm_notifier_finalize (GObject *object)
{
  g_hash_table_unref (CSM_NOTIFIER (object)->told);
  G_OBJECT_CLASS (csm_notifier_parent_class)->finalize (object);
}

static void
csm_notifier_class_init (CsmNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_notifier_finalize;
  signals[NOTICED] = g_signal_new ("noticed", CSM_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SEEN] = g_signal_new ("seen", CSM_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_notifier_init (CsmNotifier *self)
{
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * csm_notifier_new:
 * @workbench: what the window shows
 *
 * Returns: (transfer full): notices what comes from now on
 */
CsmNotifier *
csm_notifier_new (CsmWorkbench *workbench)
{
  CsmNotifier *self = g_object_new (CSM_TYPE_NOTIFIER, NULL);

  self->workbench = g_object_ref (workbench);
  self->cache = g_object_ref (csm_workbench_get_cache (workbench));
  self->since = csm_time_now () - CSM_SECOND;
  g_signal_connect_object (self->cache, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::case-id", G_CALLBACK (looked_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/* Says nothing any more. */
void
csm_notifier_stop (CsmNotifier *self)
{
  g_return_if_fail (CSM_IS_NOTIFIER (self));
  csm_notifier_set_window (self, NULL);
  if (self->cache != NULL)
    g_signal_handlers_disconnect_by_data (self->cache, self);
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  g_clear_object (&self->cache);
  g_clear_object (&self->workbench);
}

/* @window: (nullable): where the person looks at cases */
void
csm_notifier_set_window (CsmNotifier *self,
                         GtkWindow   *window)
{
  g_return_if_fail (CSM_IS_NOTIFIER (self));
  if (self->window == window)
    return;
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
  g_set_weak_pointer (&self->window, window);
  if (window != NULL)
    g_signal_connect_object (window, "notify::is-active", G_CALLBACK (looked_cb), self, G_CONNECT_SWAPPED);
}
