/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-template-keeper.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-template-text.h"
#include "csm-text-card.h"
#include "csm-time.h"

/* What is kept is taken from so much of the conversation. */
#define ENTRIES 400

struct _CsmTemplateKeeper
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  char         *case_id;
  JsonObject   *record;   /* the proposal; NULL: being put together */
  GtkWidget    *box;
  GtkEditable  *title;
  GtkWidget    *goal;
  GPtrArray    *tasks;    /* GtkWidget: a row's switch, in the record's order */
  GPtrArray    *titles;   /* the row itself, whose text is the task's title */
  GPtrArray    *texts;    /* CsmTextCard */
  GPtrArray    *people;   /* a row's switch; data "key" is the person's id */
  GtkWidget    *typical;
};

G_DEFINE_FINAL_TYPE (CsmTemplateKeeper, csm_template_keeper, ADW_TYPE_BIN)

/* --- saving ------------------------------------------------------------------------------------------------ */

static JsonArray *
kept_tasks (CsmTemplateKeeper *self)
{
  JsonArray *all = csm_json_get_array (self->record, "tasks");
  JsonArray *kept = json_array_new ();

  for (guint i = 0; i < self->tasks->len; i++)
    {
      g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->titles->pdata[i])));
      JsonObject *task;

      if (!gtk_switch_get_active (self->tasks->pdata[i]) || title[0] == '\0')
        continue;
      task = csm_json_copy_object (json_array_get_object_element (all, i));
      json_object_set_string_member (task, "title", title);
      json_array_add_object_element (kept, task);
    }
  return kept;
}

/* A text that was emptied is left out. */
static JsonArray *
kept_texts (CsmTemplateKeeper *self)
{
  JsonArray *all = csm_json_get_array (self->record, "texts");
  JsonArray *kept = json_array_new ();

  for (guint i = 0; i < self->texts->len; i++)
    {
      g_autofree char *body = csm_text_card_dup_text (self->texts->pdata[i]);
      JsonObject *text;

      if (body[0] == '\0')
        continue;
      text = csm_json_copy_object (json_array_get_object_element (all, i));
      json_object_set_string_member (text, "body", body);
      json_array_add_object_element (kept, text);
    }
  return kept;
}

static JsonObject *
kept_people (CsmTemplateKeeper *self)
{
  JsonObject *kept = json_object_new ();

  for (guint i = 0; i < self->people->len; i++)
    if (gtk_switch_get_active (self->people->pdata[i]))
      json_object_set_boolean_member (kept, g_object_get_data (self->people->pdata[i], "key"), TRUE);
  return kept;
}

static void
save (CsmTemplateKeeper *self)
{
  CsmIntent *intent = csm_intent_new (_("Keep what worked"));
  JsonObject *record = csm_json_copy_object (self->record);
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->title)));
  g_autofree char *goal = csm_text_card_dup_text (CSM_TEXT_CARD (self->goal));
  g_autofree char *said = g_strdup_printf (_("Kept as “%s”"), title);
  g_autofree char *id = NULL;

  json_object_set_string_member (record, "title", title);
  if (goal[0] != '\0')
    json_object_set_string_member (record, "goal", goal);
  else
    json_object_remove_member (record, "goal");
  json_object_set_array_member (record, "tasks", kept_tasks (self));
  json_object_set_array_member (record, "texts", kept_texts (self));
  json_object_set_object_member (record, "expertIds", kept_people (self));
  if (self->typical == NULL || !gtk_switch_get_active (GTK_SWITCH (self->typical)))
    json_object_remove_member (record, "typical");
  id = csm_intent_create (intent, CSM_TYPE_ID_TEMPLATE, record);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
done_cb (CsmTemplateKeeper *self,
         CsmSheet          *sheet)
{
  if (self->record == NULL || self->workbench == NULL)
    return;
  save (self);
  gtk_window_destroy (GTK_WINDOW (sheet));
}

static void
update_ready (CsmTemplateKeeper *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));
  g_autofree char *title = self->title != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (self->title))) : g_strdup ("");

  if (sheet != NULL)
    csm_sheet_set_ready (sheet, title[0] != '\0', _("It needs a name"));
}

/* What a person has changed of the proposal is nowhere else. */
static void
changed_cb (CsmTemplateKeeper *self)
{
  CsmSheet *sheet = csm_sheet_of (GTK_WIDGET (self));

  if (sheet != NULL)
    csm_sheet_set_unsaved (sheet, TRUE);
}

static void
watch_all (CsmTemplateKeeper *self,
           GPtrArray         *widgets,
           const char        *signal)
{
  for (guint i = 0; i < widgets->len; i++)
    g_signal_connect_object (widgets->pdata[i], signal, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

static void
watch_changes (CsmTemplateKeeper *self)
{
  g_signal_connect_object (self->title, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->goal, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  watch_all (self, self->titles, "changed");
  watch_all (self, self->texts, "changed");
  watch_all (self, self->tasks, "notify::active");
  watch_all (self, self->people, "notify::active");
  if (self->typical != NULL)
    g_signal_connect_object (self->typical, "notify::active", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/* --- what is proposed -------------------------------------------------------------------------------------- */

static GtkWidget *
add_group (CsmTemplateKeeper *self,
           const char        *title,
           const char        *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  if (description != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  gtk_box_append (GTK_BOX (self->box), group);
  return group;
}

static GtkWidget *
create_switch (const char *what)
{
  GtkWidget *choice = gtk_switch_new ();
  g_autofree char *label = g_strdup_printf (_("Keep “%s”"), what);

  gtk_switch_set_active (GTK_SWITCH (choice), TRUE);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return choice;
}

static void
show_tasks (CsmTemplateKeeper *self)
{
  JsonArray *tasks = csm_json_get_array (self->record, "tasks");
  GtkWidget *group = json_array_get_length (tasks) > 0 ? add_group (self, _("Tasks"), NULL) : NULL;

  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      const char *title = csm_json_get_string (json_array_get_object_element (tasks, i), "title");
      GtkWidget *row = adw_entry_row_new ();
      GtkWidget *choice = create_switch (title);
      JsonArray *checklist = csm_json_get_array (json_array_get_object_element (tasks, i), "checklist");
      g_autofree char *caption = checklist != NULL ? g_strdup_printf (ngettext ("Task, with %u step", "Task, with %u steps", json_array_get_length (checklist)),
                                                                      json_array_get_length (checklist))
                                                   : g_strdup (_("Task"));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), caption);
      gtk_editable_set_text (GTK_EDITABLE (row), title);
      adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), choice);
      g_ptr_array_add (self->tasks, choice);
      g_ptr_array_add (self->titles, row);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

static void
show_texts (CsmTemplateKeeper *self)
{
  JsonArray *texts = csm_json_get_array (self->record, "texts");
  GtkWidget *group = json_array_get_length (texts) > 0
                       ? add_group (self, _("Texts"), _("Names, addresses and numbers are taken out. What is emptied is left out.")) : NULL;
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  g_object_ref_sink (list);
  for (guint i = 0; i < json_array_get_length (texts); i++)
    {
      JsonObject *text = json_array_get_object_element (texts, i);
      GtkWidget *card = csm_text_card_new (csm_json_get_string (text, "title"), _("Left out"));

      csm_text_card_set_text (CSM_TEXT_CARD (card), csm_json_get_string (text, "body"));
      g_ptr_array_add (self->texts, card);
      gtk_box_append (GTK_BOX (list), card);
    }
  if (group != NULL)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), list);
  g_object_unref (list);
}

static void
show_people (CsmTemplateKeeper *self)
{
  JsonObject *experts = csm_json_get_object (self->record, "expertIds");
  g_autoptr (GList) ids = json_object_get_members (experts);
  GtkWidget *group = ids != NULL ? add_group (self, _("Who Knew"), NULL) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    {
      const char *name = csm_workbench_get_name (self->workbench, l->data);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *choice = create_switch (name);

      g_object_set (row, "use-markup", FALSE, "title", name, NULL);
      g_object_set_data_full (G_OBJECT (choice), "key", g_strdup (l->data), g_free);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (28, name, TRUE));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), choice);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), choice);
      g_ptr_array_add (self->people, choice);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

/* Returns: (transfer full): "3 h", "2 d", …  */
static char *
say_minutes (gint64 minutes)
{
  if (minutes < 120)
    return g_strdup_printf (_("%d min"), (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (_("%d h"), (int) (minutes / 60));
  return g_strdup_printf (_("%d d"), (int) (minutes / 1440));
}

static void
show_typical (CsmTemplateKeeper *self)
{
  JsonObject *typical = csm_json_get_object (self->record, "typical");
  gint64 first = csm_json_get_int (typical, "firstReply", 0);
  gint64 resolve = csm_json_get_int (typical, "resolve", 0);
  g_autofree char *first_words = say_minutes (first);
  g_autofree char *resolve_words = say_minutes (resolve);
  g_autofree char *words = first > 0 && resolve > 0 ? g_strdup_printf (_("Answered after %s, resolved after %s"), first_words, resolve_words)
                           : resolve > 0 ? g_strdup_printf (_("Resolved after %s"), resolve_words)
                                         : g_strdup_printf (_("Answered after %s"), first_words);
  GtkWidget *row;

  if (first <= 0 && resolve <= 0)
    return;
  row = adw_action_row_new ();
  self->typical = create_switch (words);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->typical);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), self->typical);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (add_group (self, _("Typical Times"), NULL)), row);
}

static void
show_proposal (CsmTemplateKeeper *self)
{
  GtkWidget *hint = gtk_label_new (_("The next case like this one is offered it. Please check that nothing of the customer is left."));
  GtkWidget *group;

  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_justify (GTK_LABEL (hint), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_box_append (GTK_BOX (self->box), hint);
  group = add_group (self, "", NULL);
  self->title = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->title), _("Name"));
  gtk_editable_set_text (self->title, csm_json_get_string (self->record, "title"));
  g_signal_connect_object (self->title, "changed", G_CALLBACK (update_ready), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->title));
  self->goal = csm_text_card_new (_("Goal"), _("What does the customer want done?"));
  csm_text_card_set_text (CSM_TEXT_CARD (self->goal), csm_json_get_string (self->record, "goal"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (add_group (self, _("Goal"), NULL)), self->goal);
  show_tasks (self);
  show_texts (self);
  show_people (self);
  show_typical (self);
  watch_changes (self);
  update_ready (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmTemplateKeeper) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);

  if (self->workbench == NULL || detail == NULL || detail->record == NULL)
    return;
  self->record = csm_template_propose (self->workbench, detail);
  show_proposal (self);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_template_keeper_dispose (GObject *object)
{
  CsmTemplateKeeper *self = CSM_TEMPLATE_KEEPER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_template_keeper_parent_class)->dispose (object);
}

static void
csm_template_keeper_finalize (GObject *object)
{
  CsmTemplateKeeper *self = CSM_TEMPLATE_KEEPER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->record, json_object_unref);
  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->titles);
  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->people);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_template_keeper_parent_class)->finalize (object);
}

static void
csm_template_keeper_class_init (CsmTemplateKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_template_keeper_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_template_keeper_finalize;
}

static void
csm_template_keeper_init (CsmTemplateKeeper *self)
{
  self->cancellable = g_cancellable_new ();
  self->tasks = g_ptr_array_new ();
  self->titles = g_ptr_array_new ();
  self->texts = g_ptr_array_new ();
  self->people = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  adw_bin_set_child (ADW_BIN (self), self->box);
}

/**
 * csm_template_keeper_present:
 * @from: a widget of the window
 * @workbench: its workbench, with a case open
 *
 * Returns: (transfer none) (nullable): the sheet; %NULL: no case is open
 */
CsmSheet *
csm_template_keeper_present (GtkWidget    *from,
                             CsmWorkbench *workbench)
{
  CsmTemplateKeeper *self;
  CsmSheet *sheet;

  if (csm_workbench_get_case_id (workbench) == NULL)
    return NULL;
  self = g_object_new (CSM_TYPE_TEMPLATE_KEEPER, NULL);
  self->workbench = g_object_ref (workbench);
  self->case_id = g_strdup (csm_workbench_get_case_id (workbench));
  sheet = csm_sheet_new (from, _("Keep What Worked"), GTK_WIDGET (self));
  csm_sheet_set_action (sheet, _("_Keep"));
  csm_sheet_set_ready (sheet, FALSE, NULL);
  g_signal_connect_object (sheet, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  csm_cache_load_case_async (csm_workbench_get_cache (workbench), self->case_id, CSM_TIME_NONE, ENTRIES, self->cancellable, loaded_cb,
                             g_object_ref (self));
  gtk_window_present (GTK_WINDOW (sheet));
  return sheet;
}
