/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-partner-page.h"

#include <glib/gi18n.h>

#include "csm-comment-row.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-share-window.h"

#define KEEP_AFTER_MS 400

struct _CsmPartnerPage
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GSignalGroup  *signals;
  GtkStack      *stack;
  GtkDropDown   *choice;
  GtkLabel      *sees;
  GtkWidget     *menu_button;
  GtkListBox    *list;
  GtkScrolledWindow *scrolled;
  GtkLabel      *caption;
  GtkTextView   *text_view;
  GtkTextBuffer *buffer;
  GtkWidget     *cancel_button;
  GtkWidget     *post_button;
  CsmFileList   *files;
  GPtrArray     *partner_ids;  /* of the choices */
  char          *case_id;      /* whose page this is */
  char          *key;          /* under which what is typed is kept, or NULL */
  GHashTable    *edits;        /* key → strv: the comment that was being changed when it was left, and its new text */
  GHashTable    *aside_files;  /* key → those that go along with what was being written there */
  GHashTable    *texts;        /* key → what was kept since the start: what is read may be older */
  gboolean       reading;      /* what was kept before is on its way into the box */
  char          *editing;      /* the comment that is changed, or NULL: a new one */
  char          *aside;        /* what was being written when that began */
  guint          keep_id;
  gboolean       conversation; /* the partner sees the messages */
  gboolean       setting;      /* not by a person */
};

enum { PROP_0, PROP_WORKBENCH, PROP_CONVERSATION, N_PROPS };
static GParamSpec *props[N_PROPS];

static void refresh (CsmPartnerPage *self);

G_DEFINE_FINAL_TYPE (CsmPartnerPage, csm_partner_page, ADW_TYPE_BIN)

static const char *
get_partner (CsmPartnerPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->choice);

  return selected < self->partner_ids->len ? self->partner_ids->pdata[selected] : NULL;
}

static JsonObject *
get_case (CsmPartnerPage *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  return detail != NULL ? detail->record : NULL;
}

/* --- what is typed ----------------------------------------------------------------------------------------- */

static char *
dup_text (CsmPartnerPage *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE));
}

static void
set_text (CsmPartnerPage *self,
          const char     *text)
{
  self->setting = TRUE;
  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
  self->setting = FALSE;
}

static void
keep (CsmPartnerPage *self)
{
  g_autofree char *text = dup_text (self);

  g_clear_handle_id (&self->keep_id, g_source_remove);
  if (self->key == NULL || self->workbench == NULL || self->editing != NULL || self->reading)
    return;
  g_hash_table_replace (self->texts, g_strdup (self->key), g_strdup (text));
  csm_cache_save_note_async (csm_workbench_get_cache (self->workbench), self->key, text[0] != '\0' ? text : NULL, NULL, NULL, NULL);
}

static gboolean
keep_cb (gpointer data)
{
  CsmPartnerPage *self = data;

  self->keep_id = 0;
  keep (self);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  CsmPartnerPage *self;
  char           *key;
} Loading;

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Loading *loading = data;
  g_autoptr (CsmPartnerPage) self = loading->self;
  g_autofree char *key = loading->key;
  g_autofree char *text = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);
  g_autofree char *typed = dup_text (self);

  g_free (loading);
  if (g_strcmp0 (key, self->key) != 0)
    return;
  self->reading = FALSE;
  if (text != NULL && self->editing == NULL)
    {
      /* What was typed while it was being read comes behind it. */
      g_autofree char *both = typed[0] != '\0' ? g_strconcat (text, "\n", typed, NULL) : g_strdup (text);

      set_text (self, both);
    }
  else if (text != NULL)
    {
      g_free (self->aside);
      self->aside = g_steal_pointer (&text);
    }
}

static void
set_editing (CsmPartnerPage *self,
             const char     *id)
{
  g_free (self->editing);
  self->editing = g_strdup (id);
  gtk_button_set_label (GTK_BUTTON (self->post_button), id != NULL ? _("_Save") : _("_Send"));
  gtk_widget_set_visible (self->cancel_button, id != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "partner.cancel", id != NULL);
  /* What a note was sent with stays as it is. */
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "partner.attach", id == NULL);
}

/* What a change had put aside is in the box again. */
static void
end_editing (CsmPartnerPage *self)
{
  g_autofree char *aside = g_steal_pointer (&self->aside);

  set_editing (self, NULL);
  set_text (self, aside);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  end_editing (CSM_PARTNER_PAGE (widget));
  gtk_widget_grab_focus (GTK_WIDGET (CSM_PARTNER_PAGE (widget)->text_view));
}

/* A change that was begun waits for its case to be opened again. */
static void
leave_edit (CsmPartnerPage *self)
{
  g_autofree char *text = dup_text (self);
  const char * const edit[] = { self->editing, text, NULL };

  if (self->editing == NULL || self->key == NULL)
    return;
  g_hash_table_replace (self->edits, g_strdup (self->key), g_strdupv ((char **) edit));
}

static void
resume_edit (CsmPartnerPage *self)
{
  g_autofree char *key = NULL;
  g_auto (GStrv) edit = NULL;

  if (self->key == NULL || !g_hash_table_steal_extended (self->edits, self->key, (gpointer *) &key, (gpointer *) &edit))
    return;
  self->aside = dup_text (self);
  set_editing (self, edit[0]);
  set_text (self, edit[1]);
}

static void
change_files (CsmPartnerPage *self,
              const char     *key)
{
  g_autoptr (GPtrArray) files = csm_file_list_take_files (self->files);
  g_autoptr (GPtrArray) kept = NULL;
  g_autofree char *kept_key = NULL;

  if (self->key != NULL && files->len > 0)
    g_hash_table_replace (self->aside_files, g_strdup (self->key), g_steal_pointer (&files));
  if (key != NULL && g_hash_table_steal_extended (self->aside_files, key, (gpointer *) &kept_key, (gpointer *) &kept))
    csm_file_list_give_files (self->files, kept);
}

/* Another case or partner: what was typed for the one before stays with it. */
static void
set_key (CsmPartnerPage *self,
         const char     *case_id,
         const char     *partner_id)
{
  g_autofree char *key = case_id != NULL && partner_id != NULL ? g_strdup_printf ("partner-note %s %s", case_id, partner_id) : NULL;
  const char *kept;
  Loading *loading;

  if (g_strcmp0 (key, self->key) == 0)
    return;
  if (self->keep_id != 0)
    keep (self);
  leave_edit (self);
  change_files (self, key);
  g_free (self->key);
  self->key = g_steal_pointer (&key);
  g_clear_pointer (&self->aside, g_free);
  set_editing (self, NULL);
  kept = self->key != NULL ? g_hash_table_lookup (self->texts, self->key) : NULL;
  set_text (self, kept);
  self->reading = self->key != NULL && kept == NULL;
  resume_edit (self);
  if (!self->reading)
    return;
  loading = g_new0 (Loading, 1);
  loading->self = g_object_ref (self);
  loading->key = g_strdup (self->key);
  csm_cache_load_note_async (csm_workbench_get_cache (self->workbench), self->key, NULL, loaded_cb, loading);
}

static void
changed_cb (CsmPartnerPage *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "partner.post", text[0] != '\0' && csm_file_list_is_ready (self->files));
  if (!self->setting && self->keep_id == 0)
    self->keep_id = g_timeout_add (KEEP_AFTER_MS, keep_cb, self);
}

static void
post_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (widget);
  const char *partner_id = get_partner (self);
  g_autofree char *text = dup_text (self);
  JsonObject *record;
  CsmIntent *intent;

  /* Of another case what is in the box says nothing. */
  if (self->key == NULL || partner_id == NULL)
    return;
  record = json_object_new ();
  intent = csm_intent_new (self->editing != NULL ? _("Change a note to a partner") : _("Note to a partner"));

  json_object_set_string_member (record, "body", text);
  if (self->editing != NULL)
    {
      csm_intent_update (intent, CSM_TYPE_ID_SHARED_COMMENT, self->editing, record);
    }
  else
    {
      json_object_set_string_member (record, "caseId", self->case_id);
      json_object_set_string_member (record, "partnerId", partner_id);
      json_object_set_array_member (record, "attachments", csm_file_list_dup_attachments (self->files));
      g_ptr_array_unref (csm_file_list_take_files (self->files));
      g_free (csm_intent_create (intent, CSM_TYPE_ID_SHARED_COMMENT, record));
    }
  end_editing (self);
  self->reading = FALSE;
  keep (self);
  csm_workbench_perform (self->workbench, intent, NULL);
}

static void
attach_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  csm_file_list_choose (CSM_PARTNER_PAGE (widget)->files);
}

static gboolean
key_cb (CsmPartnerPage *self,
        guint           keyval,
        guint           keycode,
        GdkModifierType state)
{
  if (keyval == GDK_KEY_Escape && self->editing != NULL)
    {
      cancel_action (GTK_WIDGET (self), NULL, NULL);
      return GDK_EVENT_STOP;
    }
  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter) || (state & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self), "partner.post", NULL);
  return GDK_EVENT_STOP;
}

/* --- what was said ----------------------------------------------------------------------------------------- */

static void
edit_cb (CsmPartnerPage *self,
         CsmCommentRow  *row)
{
  JsonObject *comment = csm_comment_row_get_comment (row);

  keep (self);
  if (self->editing == NULL)
    self->aside = dup_text (self);
  set_editing (self, csm_json_get_string (comment, "id"));
  set_text (self, csm_json_get_string (comment, "body"));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static gboolean
to_bottom_cb (gpointer data)
{
  g_autoptr (CsmPartnerPage) self = data;
  GtkAdjustment *adjustment = self->scrolled != NULL ? gtk_scrolled_window_get_vadjustment (self->scrolled) : NULL;

  if (adjustment != NULL)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

static void
show_comments (CsmPartnerPage *self,
               const char     *partner_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  GPtrArray *comments = detail != NULL ? detail->shared_comments : NULL;
  GtkListBoxRow *row;
  int n = 0;
  gboolean grew = FALSE;

  for (guint i = 0; comments != NULL && i < comments->len; i++)
    {
      CsmTimelineEntry *entry = comments->pdata[i];

      if (g_strcmp0 (csm_json_get_string (entry->record, "partnerId"), partner_id) != 0)
        continue;
      row = gtk_list_box_get_row_at_index (self->list, n);
      if (row == NULL)
        {
          row = GTK_LIST_BOX_ROW (csm_comment_row_new (self->workbench));
          g_signal_connect_object (row, "edit", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
          gtk_list_box_append (self->list, GTK_WIDGET (row));
          grew = TRUE;
        }
      csm_comment_row_show (CSM_COMMENT_ROW (row), entry, 0);
      n++;
    }
  while ((row = gtk_list_box_get_row_at_index (self->list, n)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  if (grew)
    g_idle_add (to_bottom_cb, g_object_ref (self));
}

/* (element-type utf8): with whom it is shared; a guest's own partner */
static GPtrArray *
list_partners (CsmPartnerPage *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *record = get_case (self);
  gboolean guest = csm_rights_is_guest (self->workbench);
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; directory != NULL && record != NULL && i < directory->partners->len; i++)
    {
      JsonObject *team = directory->partners->pdata[i];
      const char *id = csm_json_get_string (team, "id");

      if (guest ? csm_json_has_key (team, "memberIds", csm_workbench_get_my_id (self->workbench)) : csm_json_has_key (record, "partners", id))
        g_ptr_array_add (ids, g_strdup (id));
    }
  return ids;
}

static gboolean
same_ids (GPtrArray *a,
          GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
fill_choice (CsmPartnerPage *self)
{
  g_autoptr (GPtrArray) ids = list_partners (self);
  g_autofree char *chosen = g_strdup (get_partner (self));
  g_autoptr (GtkStringList) names = NULL;
  guint selected = 0;

  if (same_ids (ids, self->partner_ids))
    return;
  names = gtk_string_list_new (NULL);
  for (guint i = 0; i < ids->len; i++)
    {
      const char *name = csm_workbench_get_name (self->workbench, ids->pdata[i]);

      gtk_string_list_append (names, name != NULL ? name : _("A partner"));
      if (g_strcmp0 (ids->pdata[i], chosen) == 0)
        selected = i;
    }
  self->setting = TRUE;
  g_ptr_array_unref (self->partner_ids);
  self->partner_ids = g_steal_pointer (&ids);
  gtk_drop_down_set_model (self->choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->choice, selected);
  gtk_drop_down_set_show_arrow (self->choice, self->partner_ids->len > 1);
  gtk_widget_set_can_target (GTK_WIDGET (self->choice), self->partner_ids->len > 1);
  gtk_widget_set_can_focus (GTK_WIDGET (self->choice), self->partner_ids->len > 1);
  self->setting = FALSE;
}

static void
show_partner (CsmPartnerPage *self,
              const char     *partner_id)
{
  gboolean guest = csm_rights_is_guest (self->workbench);
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *name = csm_workbench_get_name (self->workbench, partner_id);
  JsonObject *partners = csm_json_get_object (get_case (self), "partners");
  JsonObject *how = partners != NULL ? csm_json_get_object (partners, partner_id) : NULL;
  /* Translators: %s is a partner or a company: who reads what is written here */
  g_autofree char *caption = g_strdup_printf (_("Shared · %s reads this"),
                                              guest ? directory->workspace_name != NULL ? directory->workspace_name : _("The team") : name != NULL ? name : _("a partner"));

  g_return_if_fail (account != NULL);
  self->conversation = how != NULL && csm_json_get_boolean (how, "conversation");
  gtk_label_set_text (self->caption, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->sees), !guest);
  gtk_label_set_text (self->sees, self->conversation ? _("They see the messages and what is written here, nothing else.")
                                                     : _("They see the case’s subject and what is written here, nothing else."));
  gtk_widget_set_visible (self->menu_button, !guest);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CONVERSATION]);
  show_comments (self, partner_id);
}

static void
refresh (CsmPartnerPage *self)
{
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;
  const char *partner_id;

  if (g_strcmp0 (case_id, self->case_id) != 0)
    {
      /* Until the other case is there nothing may leave for it. */
      set_key (self, NULL, NULL);
      g_free (self->case_id);
      self->case_id = g_strdup (case_id);
    }
  if (self->workbench == NULL || get_case (self) == NULL || csm_workbench_get_directory (self->workbench) == NULL)
    return;
  fill_choice (self);
  partner_id = get_partner (self);
  set_key (self, self->case_id, partner_id);
  gtk_stack_set_visible_child_name (self->stack, partner_id != NULL ? "partner" : "none");
  if (partner_id != NULL)
    show_partner (self, partner_id);
}

static void
chosen_cb (CsmPartnerPage *self)
{
  if (!self->setting)
    refresh (self);
}

/* --- with whom ----------------------------------------------------------------------------------------------- */

static void
share_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (widget);
  GtkWindow *window = csm_share_window_new (GTK_WINDOW (gtk_widget_get_root (widget)), self->workbench, self->case_id, get_partner (self));

  gtk_window_present (window);
}

static void
patch_partner (CsmPartnerPage *self,
               JsonNode       *value,
               const char     *label,
               const char     *said)
{
  g_autofree char *path = g_strdup_printf ("partners/%s", get_partner (self));
  CsmIntent *intent = csm_intent_new (label);
  JsonObject *patch = json_object_new ();

  json_object_set_member (patch, path, value);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, self->case_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
stop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (widget);
  const char *partner_id = get_partner (self);
  const char *partner = partner_id != NULL ? csm_workbench_get_name (self->workbench, partner_id) : NULL;
  /* Translators: %s is a partner */
  g_autofree char *said = g_strdup_printf (_("Not shared with %s any more"), partner != NULL ? partner : "");

  if (partner_id != NULL)
    patch_partner (self, json_node_new (JSON_NODE_NULL), _("Stop sharing"), said);
}

static void
set_conversation (CsmPartnerPage *self,
                  gboolean        conversation)
{
  JsonObject *how;
  JsonNode *node;

  if (self->conversation == conversation || get_partner (self) == NULL)
    return;
  how = json_object_new ();
  json_object_set_boolean_member (how, "conversation", conversation);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, how);
  patch_partner (self, node, _("Share the messages"), conversation ? _("They see the messages now") : _("They don’t see the messages any more"));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_partner_page_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (object);

  if (id == PROP_WORKBENCH)
    g_value_set_object (value, self->workbench);
  else if (id == PROP_CONVERSATION)
    g_value_set_boolean (value, self->conversation);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_partner_page_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (object);

  if (id == PROP_CONVERSATION)
    {
      set_conversation (self, g_value_get_boolean (value));
    }
  else if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  else
    {
      if (self->keep_id != 0)
        keep (self);
      if (g_set_object (&self->workbench, g_value_get_object (value)))
        {
          g_hash_table_remove_all (self->texts);
          g_hash_table_remove_all (self->edits);
          g_hash_table_remove_all (self->aside_files);
          csm_file_list_set_workbench (self->files, self->workbench);
          g_signal_group_set_target (self->signals, self->workbench);
          refresh (self);
          g_object_notify_by_pspec (object, pspec);
        }
    }
}

static void
csm_partner_page_dispose (GObject *object)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (object);

  if (self->keep_id != 0)
    keep (self);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_PARTNER_PAGE);
  G_OBJECT_CLASS (csm_partner_page_parent_class)->dispose (object);
}

static void
csm_partner_page_finalize (GObject *object)
{
  CsmPartnerPage *self = CSM_PARTNER_PAGE (object);

  g_ptr_array_unref (self->partner_ids);
  g_free (self->case_id);
  g_free (self->key);
  g_free (self->editing);
  g_free (self->aside);
  g_hash_table_unref (self->texts);
  g_hash_table_unref (self->edits);
  g_hash_table_unref (self->aside_files);
  G_OBJECT_CLASS (csm_partner_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-partner-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, choice);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, sees);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, list);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, caption);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, text_view);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, buffer);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, post_button);
  gtk_widget_class_bind_template_child (widget_class, CsmPartnerPage, files);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_cb);
}

static void
csm_partner_page_class_init (CsmPartnerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = csm_partner_page_dispose;
  object_class->finalize = csm_partner_page_finalize;
  object_class->get_property = csm_partner_page_get_property;
  object_class->set_property = csm_partner_page_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags);
  props[PROP_CONVERSATION] = g_param_spec_boolean ("conversation", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_FILE_LIST);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "partner.attach", NULL, attach_action);
  gtk_widget_class_install_action (widget_class, "partner.post", NULL, post_action);
  gtk_widget_class_install_action (widget_class, "partner.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "partner.share", NULL, share_action);
  gtk_widget_class_install_action (widget_class, "partner.stop", NULL, stop_action);
  gtk_widget_class_install_property_action (widget_class, "partner.conversation", "conversation");
}

static void
csm_partner_page_init (CsmPartnerPage *self)
{
  self->partner_ids = g_ptr_array_new_with_free_func (g_free);
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->aside_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->edits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (refresh), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  set_editing (self, NULL);
  changed_cb (self);
}

/* The note to the partner gets the keyboard. */
void
csm_partner_page_focus_box (CsmPartnerPage *self)
{
  g_return_if_fail (CSM_IS_PARTNER_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}
