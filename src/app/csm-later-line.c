/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-later-line.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-note-line.h"
#include "csm-rights.h"
#include "csm-sending.h"
#include "csm-time.h"
#include "csm-when-picker.h"

struct _CsmLaterLine
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  JsonObject   *submission;
  gint64        op_seq;      /* it is still in the outbox; or 0 */
  GtkWidget    *line;
  GtkWidget    *change_button;
  GtkWidget    *popover;     /* NULL: nobody wanted it yet */
};

G_DEFINE_FINAL_TYPE (CsmLaterLine, csm_later_line, ADW_TYPE_BIN)

/* --- words -------------------------------------------------------------------------------------------------- */

/* Whether it waits for its author, since something came. */
gboolean
csm_later_is_held (JsonObject *submission)
{
  return g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "held") == 0;
}

/* Whether it is one that leaves later, or waits for its author. */
gboolean
csm_later_is (JsonObject *submission)
{
  return csm_later_is_held (submission) || (g_strcmp0 (csm_json_get_string (submission, "undoStatus"), "pending") == 0 &&
                                            csm_json_get_time (submission, "sendAt") != CSM_TIME_NONE &&
                                            csm_json_get_time (submission, "sendAt") > csm_time_now ());
}

/**
 * csm_later_when:
 * @at: µs
 * @now: µs
 *
 * Returns: (transfer full): the end of a sentence: "tomorrow at 09:00"
 */
char *
csm_later_when (gint64 at,
                gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (at / CSM_SECOND);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / CSM_SECOND);
  g_autofree char *clock = g_date_time_format (then, C_("time of day", "%H:%M"));
  g_autofree char *day = NULL;
  GDate one;
  GDate other;
  int days;

  g_date_set_dmy (&one, (GDateDay) g_date_time_get_day_of_month (then), (GDateMonth) g_date_time_get_month (then), (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&other, (GDateDay) g_date_time_get_day_of_month (today), (GDateMonth) g_date_time_get_month (today), (GDateYear) g_date_time_get_year (today));
  days = g_date_days_between (&other, &one);
  if (days == 0)
    /* Translators: the end of "Will be sent …"; a time of day */
    return g_strdup_printf (_("today at %s"), clock);
  if (days == 1)
    return g_strdup_printf (_("tomorrow at %s"), clock);
  day = g_date_time_format (then, days > 1 && days < 7 ? "%A" : C_("date", "%-d %B"));
  /* Translators: the end of "Will be sent …": a day and a time of day */
  return g_strdup_printf (_("on %s at %s"), g_strchug (day), clock);
}

static char *
describe_held (CsmWorkbench *workbench,
               JsonObject   *submission)
{
  JsonObject *held = csm_json_get_object (submission, "held");
  const char *newer = held != NULL ? csm_json_get_string (held, "newerId") : NULL;
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *name = NULL;

  if (held != NULL && g_strcmp0 (csm_json_get_string (held, "why"), "restored") == 0)
    return g_strdup (_("It was to be sent later. The server was restored from a backup since: it may have left already."));
  for (guint i = 0; detail != NULL && newer != NULL && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE && g_strcmp0 (csm_json_get_string (entry->record, "id"), newer) == 0)
        name = csm_workbench_get_name (workbench, csm_json_get_string (entry->record, "authorId"));
    }
  if (name != NULL)
    return g_strdup_printf (_("It was to be sent later, but %s has answered since. Read that before it goes out."), name);
  return g_strdup (_("It was to be sent later, but something has come since. Read that before it goes out."));
}

/* Returns: (transfer full): a sentence */
char *
csm_later_describe (CsmWorkbench *workbench,
                    JsonObject   *submission)
{
  g_autofree char *when = NULL;

  if (csm_later_is_held (submission))
    return describe_held (workbench, submission);
  when = csm_later_when (csm_json_get_time (submission, "sendAt"), csm_time_now ());
  /* Translators: %s is "tomorrow at 09:00" or the like */
  return g_strdup_printf (_("Will be sent %s"), when);
}

/* --- what can be done --------------------------------------------------------------------------------------- */

static void
plan (CsmLaterLine *self,
      gint64        at,
      const char   *said)
{
  CsmIntent *intent = csm_intent_new (at != CSM_TIME_NONE ? _("Send a reply at another time") : _("Send a reply now"));
  JsonObject *patch = json_object_new ();

  if (at != CSM_TIME_NONE)
    csm_json_set_time (patch, "sendAt", at);
  else
    json_object_set_null_member (patch, "sendAt");
  json_object_set_string_member (patch, "undoStatus", "pending");
  csm_intent_update (intent, CSM_TYPE_ID_SUBMISSION, csm_json_get_string (self->submission, "id"), patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
now_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  plan (CSM_LATER_LINE (widget), CSM_TIME_NONE, _("The reply is sent now"));
}

static void
picked_cb (CsmLaterLine *self,
           gint64        at)
{
  g_autofree char *when = csm_later_when (at, csm_time_now ());
  g_autofree char *said = g_strdup_printf (_("The reply will be sent %s"), when);

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  plan (self, at, said);
}

static void
change_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmLaterLine *self = CSM_LATER_LINE (widget);
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  g_autoptr (GTimeZone) zone = account != NULL ? csm_account_get_time_zone (account) : NULL;
  GtkWidget *picker;
  gint64 at = csm_json_get_time (self->submission, "sendAt");

  if (self->popover == NULL)
    {
      picker = csm_when_picker_new (CSM_WHEN_FOR_SNOOZE);
      self->popover = gtk_popover_new ();
      gtk_widget_add_css_class (self->popover, "picker");
      gtk_popover_set_child (GTK_POPOVER (self->popover), picker);
      g_signal_connect_object (picker, "picked", G_CALLBACK (picked_cb), self, G_CONNECT_SWAPPED);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  picker = gtk_popover_get_child (GTK_POPOVER (self->popover));
  csm_when_picker_start (CSM_WHEN_PICKER (picker), at != CSM_TIME_NONE && at > csm_time_now () ? at : CSM_TIME_NONE, FALSE, zone);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmLaterLine *self = CSM_LATER_LINE (widget);

  csm_sending_take_back (self->workbench, self->submission, self->op_seq);
}

/* --- GObject ------------------------------------------------------------------------------------------------ */

static void
csm_later_line_dispose (GObject *object)
{
  CsmLaterLine *self = CSM_LATER_LINE (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_later_line_parent_class)->dispose (object);
}

static void
csm_later_line_finalize (GObject *object)
{
  g_clear_pointer (&CSM_LATER_LINE (object)->submission, json_object_unref);
  G_OBJECT_CLASS (csm_later_line_parent_class)->finalize (object);
}

static void
csm_later_line_class_init (CsmLaterLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_later_line_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_later_line_finalize;
  gtk_widget_class_install_action (widget_class, "later.now", NULL, now_action);
  gtk_widget_class_install_action (widget_class, "later.change", NULL, change_action);
  gtk_widget_class_install_action (widget_class, "later.back", NULL, back_action);
}

static void
csm_later_line_init (CsmLaterLine *self)
{
}

static gboolean
may_decide (CsmLaterLine *self)
{
  const char *author = csm_json_get_string (self->submission, "authorId");

  return author == NULL || g_strcmp0 (author, csm_workbench_get_my_id (self->workbench)) == 0 ||
         csm_rights_may (self->workbench, CSM_ACTION_DECIDE_SENDS_OF_OTHERS);
}

/**
 * csm_later_line_new:
 * @workbench: the window's workbench
 * @submission: one for which csm_later_is() holds
 * @op_seq: the operation that creates it, while it waits here; or 0
 *
 * Returns: (transfer floating): the line
 */
GtkWidget *
csm_later_line_new (CsmWorkbench *workbench,
                    JsonObject   *submission,
                    gint64        op_seq)
{
  CsmLaterLine *self = g_object_new (CSM_TYPE_LATER_LINE, NULL);
  gboolean held = csm_later_is_held (submission);
  g_autofree char *text = csm_later_describe (workbench, submission);

  self->workbench = g_object_ref (workbench);
  self->submission = json_object_ref (submission);
  self->op_seq = op_seq;
  self->line = csm_note_line_new (held ? "dialog-warning-symbolic" : "csm-waits-symbolic", text, held);
  adw_bin_set_child (ADW_BIN (self), self->line);
  if (!may_decide (self))
    return GTK_WIDGET (self);
  csm_note_line_add_button (CSM_NOTE_LINE (self->line), held ? _("Send _Anyway") : _("Send _Now"), "later.now");
  self->change_button = csm_note_line_add_button (CSM_NOTE_LINE (self->line), _("_Change Time…"), "later.change");
  csm_note_line_add_button (CSM_NOTE_LINE (self->line), _("_Take Back"), "later.back");
  return GTK_WIDGET (self);
}
