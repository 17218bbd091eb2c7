/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-notices.h"

#include <glib/gi18n.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-quiet-hours.h"
#include "csm-rights.h"
#include "csm-time.h"

#define SUMMARY "summary"
/* So many subjects stand in the summary. */
#define SUBJECTS_MAX 3
/* A timer stands still while the computer sleeps: the clock is looked at so often, as long as something is held back. */
#define LOOK_SECONDS 300

typedef struct
{
  CsmNotice *newest;
  guint      n;
} Told;

struct _CsmNotices
{
  GObject       parent_instance;
  CsmWorkbench *workbench;   /* NULL: stopped */
  CsmCache     *cache;
  GSettings    *settings;
  GHashTable   *shown;       /* case id → Told */
  GHashTable   *held;        /* the same, of quiet hours */
  guint         quiet_id;
};

enum { SHOW, WITHDRAW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmNotices, csm_notices, G_TYPE_OBJECT)

static void
told_free (gpointer data)
{
  Told *told = data;

  csm_notice_free (told->newest);
  g_free (told);
}

/* --- saying it --------------------------------------------------------------------------------------------- */

static char *
make_id (const char *case_id)
{
  return g_strconcat ("case-", case_id, NULL);
}

/**
 * csm_notices_say:
 * @notice: the newest of a case
 * @n: how much is new there
 * @with_words: whether what colleagues wrote may be read by whoever sees the screen
 *
 * Returns: (transfer full): the text of its notification
 */
char *
csm_notices_say (const CsmNotice *notice,
                 guint            n,
                 gboolean         with_words)
{
  /* Translators: what happened, and what was written: "Ben Okafor mentioned you: is it safe?" */
  g_autofree char *said = with_words && notice->words != NULL ? g_strdup_printf (_("%s: %s"), notice->what, notice->words) : g_strdup (notice->what);
  g_autofree char *more = NULL;

  if (n < 2)
    return g_steal_pointer (&said);
  more = g_strdup_printf (ngettext ("and %u more in this case", "and %u more in this case", n - 1), n - 1);
  return g_strconcat (said, "\n", more, NULL);
}

static void
add_buttons (CsmNotices      *self,
             GNotification   *notification,
             const CsmNotice *notice)
{
  const char *me = csm_workbench_get_my_id (self->workbench);

  if (notice->kind == CSM_NOTICE_COLLEAGUE)
    g_notification_add_button_with_target (notification, _("Reply"), "app.answer", "s", notice->case_id);
  if (!csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES))
    return;
  if (notice->kind == CSM_NOTICE_CUSTOMER)
    g_notification_add_button_with_target (notification, _("Reply"), "app.reply", "s", notice->case_id);
  if (me != NULL && g_strcmp0 (notice->owner_id, me) != 0)
    g_notification_add_button_with_target (notification, _("Assign to Me"), "app.assign-me", "s", notice->case_id);
  g_notification_add_button_with_target (notification, _("Snooze Until Tomorrow"), "app.snooze-tomorrow", "s", notice->case_id);
}

static void
show (CsmNotices *self,
      Told       *told)
{
  const CsmNotice *notice = told->newest;
  g_autofree char *id = make_id (notice->case_id);
  g_autofree char *body = csm_notices_say (notice, told->n, g_settings_get_boolean (self->settings, "notification-text"));
  g_autoptr (GNotification) notification = g_notification_new (notice->subject);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open-case", "s", notice->case_id);
  add_buttons (self, notification, notice);
  g_signal_emit (self, signals[SHOW], 0, id, notification);
}

/* Puts @notice into @table: the newest of its case, with how much there is. */
static Told *
keep (GHashTable      *table,
      const CsmNotice *notice)
{
  Told *told = g_hash_table_lookup (table, notice->case_id);

  if (told == NULL)
    {
      told = g_new0 (Told, 1);
      g_hash_table_insert (table, g_strdup (notice->case_id), told);
    }
  g_clear_pointer (&told->newest, csm_notice_free);
  told->newest = csm_notice_copy (notice);
  told->n++;
  return told;
}

/* --- quiet hours ------------------------------------------------------------------------------------------- */

static void look (CsmNotices *self);

static gboolean
quiet_cb (gpointer data)
{
  CsmNotices *self = data;

  self->quiet_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static GDateTime *
get_quiet_end (CsmNotices *self,
               GDateTime  *now)
{
  CsmQuietHours hours;

  csm_quiet_hours_read (&hours, self->settings);
  return csm_quiet_hours_get_end (&hours, now);
}

static void
summarize (CsmNotices *self)
{
  guint n = g_hash_table_size (self->held);
  g_autofree char *title = g_strdup_printf (ngettext ("While it was quiet: %u case", "While it was quiet: %u cases", n), n);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GNotification) notification = g_notification_new (title);
  GHashTableIter iter;
  gpointer value;
  guint i = 0;

  g_hash_table_iter_init (&iter, self->held);
  while (i < SUBJECTS_MAX && g_hash_table_iter_next (&iter, NULL, &value))
    g_string_append_printf (body, "%s%s", i++ > 0 ? "\n" : "", ((Told *) value)->newest->subject);
  if (n > i)
    g_string_append_printf (body, ngettext ("\nand %u more", "\nand %u more", n - i), n - i);
  g_notification_set_body (notification, body->str);
  g_notification_set_default_action (notification, "app.show");
  g_signal_emit (self, signals[SHOW], 0, SUMMARY, notification);
}

/* What was held back is told as soon as it isn't quiet any more. */
static void
look (CsmNotices *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) end = NULL;

  if (self->workbench == NULL || g_hash_table_size (self->held) == 0)
    return;
  end = get_quiet_end (self, now);
  if (end != NULL)
    {
      gint64 left = g_date_time_difference (end, now) / G_TIME_SPAN_SECOND + 1;

      g_clear_handle_id (&self->quiet_id, g_source_remove);
      self->quiet_id = g_timeout_add_seconds ((guint) CLAMP (left, 1, LOOK_SECONDS), quiet_cb, self);
      return;
    }
  if (g_hash_table_size (self->held) == 1)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, self->held);
      g_hash_table_iter_next (&iter, NULL, &value);
      show (self, keep (self->shown, ((Told *) value)->newest));
    }
  else
    {
      summarize (self);
    }
  g_hash_table_remove_all (self->held);
}

/* --- taking it back ---------------------------------------------------------------------------------------- */

/**
 * csm_notices_withdraw:
 * @self: the notifications
 * @case_id: a case that was looked at, or done with
 *
 * Also of what was shown before the app was started this time.
 */
void
csm_notices_withdraw (CsmNotices *self,
                      const char *case_id)
{
  g_autofree char *id = make_id (case_id);

  g_return_if_fail (CSM_IS_NOTICES (self));
  g_hash_table_remove (self->shown, case_id);
  g_hash_table_remove (self->held, case_id);
  g_signal_emit (self, signals[WITHDRAW], 0, id);
}

static const CsmNotice *
find (CsmNotices *self,
      const char *case_id)
{
  Told *told = g_hash_table_lookup (self->shown, case_id);

  if (told == NULL)
    told = g_hash_table_lookup (self->held, case_id);
  return told != NULL ? told->newest : NULL;
}

static void
seen_record_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (CsmNotices) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);
  const char *case_id = record != NULL ? csm_json_get_string (record, "caseId") : NULL;
  const CsmNotice *notice = case_id != NULL ? find (self, case_id) : NULL;
  gint64 up_to = record != NULL ? csm_json_get_time (record, "upTo") : CSM_TIME_NONE;

  if (notice != NULL && up_to != CSM_TIME_NONE && up_to >= notice->at)
    csm_notices_withdraw (self, case_id);
}

/* Whether nobody has to do with it now: of what a customer wrote, also when it was answered. */
static gboolean
is_done_with (const CsmNotice *notice,
              const char      *status)
{
  return g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0 || g_strcmp0 (status, "snoozed") == 0
         || (notice->kind == CSM_NOTICE_CUSTOMER && g_strcmp0 (status, "waiting") == 0);
}

static void
case_record_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (CsmNotices) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_cache_load_record_finish (CSM_CACHE (source), result, &error);
  const char *case_id = record != NULL ? csm_json_get_string (record, "id") : NULL;
  const CsmNotice *notice = case_id != NULL ? find (self, case_id) : NULL;

  if (notice != NULL && is_done_with (notice, csm_json_get_string (record, "status")))
    csm_notices_withdraw (self, case_id);
}

static void
check (CsmNotices         *self,
       const char         *case_id,
       const CsmChangeSet *set)
{
  g_autofree char *seen_id = csm_id_with_letter (case_id, 'z');
  GHashTable *seen = set->ids[CSM_TYPE_ID_SEEN];
  GHashTable *cases = set->ids[CSM_TYPE_ID_CASE];

  if (set->all || (seen != NULL && g_hash_table_contains (seen, seen_id)))
    csm_cache_load_record_async (self->cache, CSM_TYPE_ID_SEEN, seen_id, NULL, seen_record_cb, g_object_ref (self));
  if (set->all || (cases != NULL && g_hash_table_contains (cases, case_id)))
    csm_cache_load_record_async (self->cache, CSM_TYPE_ID_CASE, case_id, NULL, case_record_cb, g_object_ref (self));
}

static void
changed_cb (CsmNotices         *self,
            const CsmChangeSet *set)
{
  GHashTable *tables[] = { self->shown, self->held };

  if (!set->all && set->ids[CSM_TYPE_ID_SEEN] == NULL && set->ids[CSM_TYPE_ID_CASE] == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      GHashTableIter iter;
      gpointer case_id;

      g_hash_table_iter_init (&iter, tables[i]);
      while (g_hash_table_iter_next (&iter, &case_id, NULL))
        check (self, case_id, set);
    }
}

static void
noticed_cb (CsmNotices      *self,
            const CsmNotice *notice)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) end = get_quiet_end (self, now);
  g_autofree char *seen_id = csm_id_with_letter (notice->case_id, 'z');

  if (end == NULL)
    show (self, keep (self->shown, notice));
  else
    keep (self->held, notice);
  look (self);
  /* What was read elsewhere may have come here before the news of it. */
  csm_cache_load_record_async (self->cache, CSM_TYPE_ID_SEEN, seen_id, NULL, seen_record_cb, g_object_ref (self));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_notices_dispose (GObject *object)
{
  csm_notices_stop (CSM_NOTICES (object));
  G_OBJECT_CLASS (csm_notices_parent_class)->dispose (object);
}

static void
csm_notices_finalize (GObject *object)
{
  CsmNotices *self = CSM_NOTICES (object);

  g_hash_table_unref (self->shown);
  g_hash_table_unref (self->held);
  G_OBJECT_CLASS (csm_notices_parent_class)->finalize (object);
}

static void
csm_notices_class_init (CsmNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_notices_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_notices_finalize;
  signals[SHOW] = g_signal_new ("show", CSM_TYPE_NOTICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_NOTIFICATION);
  signals[WITHDRAW] = g_signal_new ("withdraw", CSM_TYPE_NOTICES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_notices_init (CsmNotices *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
  self->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
}

/**
 * csm_notices_new:
 * @workbench: whose cases they are about
 * @notifier: what notices
 *
 * Returns: (transfer full): no notifications yet
 */
CsmNotices *
csm_notices_new (CsmWorkbench *workbench,
                 CsmNotifier  *notifier)
{
  CsmNotices *self = g_object_new (CSM_TYPE_NOTICES, NULL);

  self->workbench = g_object_ref (workbench);
  self->cache = g_object_ref (csm_workbench_get_cache (workbench));
  self->settings = g_object_ref (csm_workbench_get_settings (workbench));
  g_signal_connect_object (notifier, "noticed", G_CALLBACK (noticed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (notifier, "seen", G_CALLBACK (csm_notices_withdraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cache, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::quiet-hours", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::quiet-from", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::quiet-to", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::quiet-days", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  return self;
}

/* Shows and takes back nothing any more. */
void
csm_notices_stop (CsmNotices *self)
{
  g_return_if_fail (CSM_IS_NOTICES (self));
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  if (self->cache != NULL)
    g_signal_handlers_disconnect_by_data (self->cache, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->cache);
  g_clear_object (&self->settings);
  g_clear_object (&self->workbench);
}

/* Returns: of how many cases something is held back */
guint
csm_notices_get_held (CsmNotices *self)
{
  return g_hash_table_size (self->held);
}
