/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-customer-pane.h"

#include <glib/gi18n.h>

#include "csm-customer-merges.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-merge-customers.h"
#include "csm-rights.h"
#include "csm-service-level-choice.h"

enum { ENTRY_NAME, ENTRY_ORGANISATION, ENTRY_LANGUAGE, ENTRY_TIMEZONE, N_ENTRIES };
static const char *const entry_members[N_ENTRIES] = { "name", "organisation", "language", "timezone" };

struct _CsmCustomerPane
{
  AdwBin         parent_instance;
  CsmWorkbench  *workbench;
  GSignalGroup  *signals;
  GtkStack      *stack;
  AdwAvatar     *avatar;
  GtkLabel      *name;
  GtkLabel      *organisation;
  GtkListBox    *identities;
  GtkWidget     *identities_group;
  GtkWidget     *merge_button;
  GtkWidget     *level;
  GtkWidget     *merges;
  GtkWidget     *note_view;
  GtkTextBuffer *note;
  GtkWidget     *note_placeholder;
  GtkListBox    *cases;
  GtkWidget     *cases_group;
  GtkWidget     *name_row;
  GtkWidget     *organisation_row;
  GtkWidget     *language_row;
  GtkWidget     *timezone_row;
  GtkWidget     *entries[N_ENTRIES];
  char          *customer_id;
  char          *saved_note;
  char          *shown;         /* the customer as written in JSON: the same again costs nothing */
  GPtrArray     *case_ids;      /* of the row at the same index */
  char          *shown_cases;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmCustomerPane, csm_customer_pane, ADW_TYPE_BIN)

static JsonObject *
get_customer (CsmCustomerPane *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  return detail != NULL ? detail->customer : NULL;
}

static void
perform_patch (CsmCustomerPane *self,
               JsonObject      *patch,
               const char      *said)
{
  CsmIntent *intent = csm_intent_new (_("Change customer"));

  csm_intent_update (intent, CSM_TYPE_ID_CUSTOMER, self->customer_id, patch);
  csm_workbench_perform (self->workbench, intent, said);
}

static void
set_or_null (JsonObject *patch,
             const char *member,
             const char *text)
{
  if (text[0] != '\0')
    json_object_set_string_member (patch, member, text);
  else
    json_object_set_null_member (patch, member);
}

/* --- addresses --------------------------------------------------------------------------------------------- */

static const char *
kind_name (const char *kind)
{
  static const struct { const char *kind; const char *name; } kinds[] = {
    { "email", N_("Email") },
    { "phone", N_("Phone") },
    { "sms", N_("Text message") },
    { "chat", N_("Chat") },
    { "mastodon", N_("Mastodon") },
    { "letter", N_("Letter") },
    { "visit", N_("Visit") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kind, kinds[i].kind) == 0)
      return _(kinds[i].name);
  return kind != NULL ? kind : "";
}

static void
copy_cb (CsmCustomerPane *self,
         GtkWidget       *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  csm_workbench_say (self->workbench, _("Copied"));
}

static void
split_cb (CsmCustomerPane *self,
          GtkWidget       *button)
{
  JsonObject *customer = get_customer (self);

  if (customer != NULL)
    csm_merge_customers_split_off (self->workbench, customer, g_object_get_data (G_OBJECT (button), "key"));
}

/* An address that is somebody else's after all. */
static void
add_split_button (CsmCustomerPane *self,
                  GtkWidget       *row,
                  const char      *key,
                  const char      *address)
{
  GtkWidget *split = gtk_button_new_from_icon_name ("edit-cut-symbolic");
  g_autofree char *label = g_strdup_printf (_("Split %s off as another customer"), address);

  gtk_widget_set_valign (split, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (split, "flat");
  gtk_widget_set_tooltip_text (split, _("Another customer’s: split it off"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (split), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (split), "key", g_strdup (key), g_free);
  g_signal_connect_object (split, "clicked", G_CALLBACK (split_cb), self, G_CONNECT_SWAPPED);
  csm_rights_apply (self->workbench, CSM_ACTION_MERGE_CUSTOMERS, split);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), split);
}

static void
merge_cb (CsmCustomerPane *self)
{
  csm_merge_customers_present (GTK_WIDGET (self), self->workbench);
}

static void
add_identity (CsmCustomerPane *self,
              const char      *key,
              JsonObject      *identity,
              gboolean         several)
{
  const char *address = csm_json_get_string (identity, "address");
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  g_autofree char *label = g_strdup_printf (_("Copy %s"), address != NULL ? address : "");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), address != NULL ? address : "");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), kind_name (csm_json_get_string (identity, "kind")));
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), FALSE);
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_tooltip_text (copy, _("Copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  if (several)
    add_split_button (self, row, key, address != NULL ? address : "");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), copy);
  gtk_list_box_append (self->identities, row);
}

static void
empty_list (GtkListBox *list)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

static void
show_identities (CsmCustomerPane *self,
                 JsonObject      *customer)
{
  JsonObject *identities = csm_json_get_object (customer, "identities");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  empty_list (self->identities);
  gtk_widget_set_visible (self->identities_group, identities != NULL && json_object_get_size (identities) > 0);
  if (identities == NULL)
    return;
  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    if (JSON_NODE_HOLDS_OBJECT (node))
      add_identity (self, key, json_node_get_object (node), json_object_get_size (identities) > 1);
}

/* --- note -------------------------------------------------------------------------------------------------- */

static char *
note_text (CsmCustomerPane *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->note, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (self->note, &start, &end, FALSE));
}

static void
note_changed_cb (CsmCustomerPane *self)
{
  gtk_widget_set_visible (self->note_placeholder, gtk_text_buffer_get_char_count (self->note) == 0);
}

static void
save_note (CsmCustomerPane *self)
{
  g_autofree char *text = note_text (self);
  JsonObject *patch;

  if (self->customer_id == NULL || self->workbench == NULL || g_strcmp0 (text, self->saved_note) == 0)
    return;
  g_free (self->saved_note);
  self->saved_note = g_strdup (text);
  patch = json_object_new ();
  set_or_null (patch, "note", text);
  perform_patch (self, patch, _("Note saved"));
}

static void
show_note (CsmCustomerPane *self,
           JsonObject      *customer)
{
  const char *note = csm_json_get_string (customer, "note");
  g_autofree char *text = note_text (self);

  if (gtk_widget_has_focus (self->note_view) && g_strcmp0 (text, self->saved_note) != 0)
    return;
  g_free (self->saved_note);
  self->saved_note = g_strdup (note != NULL ? note : "");
  if (g_strcmp0 (text, self->saved_note) != 0)
    gtk_text_buffer_set_text (self->note, self->saved_note, -1);
}

/* --- other cases ------------------------------------------------------------------------------------------- */

static const char *
status_name (const char *status)
{
  if (g_strcmp0 (status, "new") == 0)
    return C_("status", "New");
  if (g_strcmp0 (status, "open") == 0)
    return C_("status", "Open");
  if (g_strcmp0 (status, "waiting") == 0)
    return C_("status", "Waiting");
  if (g_strcmp0 (status, "snoozed") == 0)
    return C_("status", "Snoozed");
  if (g_strcmp0 (status, "resolved") == 0)
    return C_("status", "Resolved");
  return C_("status", "Closed");
}

static void
add_case (CsmCustomerPane  *self,
          const CsmCaseRow *other)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *when = csm_format_when (other->last_activity);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", status_name (other->status), when);
  const char *subject = other->subject != NULL && other->subject[0] != '\0' ? other->subject : _("No subject");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), subject);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (self->cases, row);
  g_ptr_array_add (self->case_ids, g_strdup (other->id));
}

static void
show_cases (CsmCustomerPane *self,
            GPtrArray       *others)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < others->len; i++)
    {
      const CsmCaseRow *other = others->pdata[i];

      g_string_append_printf (all, "%s %s %s %" G_GINT64_FORMAT "\n", other->id, other->status, other->subject, other->last_activity);
    }
  gtk_widget_set_visible (self->cases_group, others->len > 0);
  if (g_strcmp0 (all->str, self->shown_cases) == 0)
    return;
  g_free (self->shown_cases);
  self->shown_cases = g_strdup (all->str);
  empty_list (self->cases);
  g_ptr_array_set_size (self->case_ids, 0);
  for (guint i = 0; i < others->len; i++)
    add_case (self, others->pdata[i]);
}

static void
case_activated_cb (CsmCustomerPane *self,
                   GtkListBoxRow   *row)
{
  g_autofree char *id = g_strdup (self->case_ids->pdata[gtk_list_box_row_get_index (row)]);

  csm_workbench_show_case (self->workbench, id);
}

/* --- who --------------------------------------------------------------------------------------------------- */

static void
applied_cb (CsmCustomerPane *self,
            GtkWidget       *entry)
{
  for (guint i = 0; i < N_ENTRIES; i++)
    if (self->entries[i] == entry)
      {
        g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
        JsonObject *patch = json_object_new ();

        set_or_null (patch, entry_members[i], text);
        perform_patch (self, patch, _("Customer changed"));
      }
}

/* A text that is being changed would lose its apply button when set. */
static void
show_entry (GtkWidget  *entry,
            const char *text)
{
  if (gtk_widget_get_state_flags (entry) & GTK_STATE_FLAG_FOCUS_WITHIN)
    return;
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (entry)), text != NULL ? text : "") == 0)
    return;
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
}

static const char *
first_address (JsonObject *customer)
{
  JsonObject *identities = csm_json_get_object (customer, "identities");
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (identities == NULL)
    return NULL;
  json_object_iter_init_ordered (&iter, identities);
  if (!json_object_iter_next_ordered (&iter, &key, &node) || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return csm_json_get_string (json_node_get_object (node), "address");
}

static void
show_customer (CsmCustomerPane *self,
               JsonObject      *customer)
{
  const char *name = csm_json_get_string (customer, "name");
  const char *organisation = csm_json_get_string (customer, "organisation");
  const char *shown = name != NULL && name[0] != '\0' ? name : first_address (customer);
  g_autofree char *written = csm_json_write_object (customer);

  if (g_strcmp0 (written, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&written);
  adw_avatar_set_text (self->avatar, shown);
  gtk_label_set_text (self->name, shown != NULL ? shown : _("Unknown"));
  gtk_label_set_text (self->organisation, organisation != NULL ? organisation : "");
  gtk_widget_set_visible (GTK_WIDGET (self->organisation), organisation != NULL && organisation[0] != '\0');
  for (guint i = 0; i < N_ENTRIES; i++)
    show_entry (self->entries[i], csm_json_get_string (customer, entry_members[i]));
  show_identities (self, customer);
  show_note (self, customer);
}

static void
refresh (CsmCustomerPane *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  JsonObject *customer = get_customer (self);
  const char *id = customer != NULL ? csm_json_get_string (customer, "id") : NULL;

  if (g_strcmp0 (id, self->customer_id) != 0)
    {
      save_note (self);
      g_free (self->customer_id);
      self->customer_id = g_strdup (id);
      g_clear_pointer (&self->shown, g_free);
      g_free (self->saved_note);
      self->saved_note = g_strdup ("");
      gtk_text_buffer_set_text (self->note, "", 0);
    }
  gtk_stack_set_visible_child_name (self->stack, customer != NULL ? "customer" : "none");
  if (customer == NULL)
    return;
  csm_rights_apply (self->workbench, CSM_ACTION_MERGE_CUSTOMERS, self->merge_button);
  show_customer (self, customer);
  show_cases (self, detail->other_cases);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_customer_pane_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_CUSTOMER_PANE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_customer_pane_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  CsmCustomerPane *self = CSM_CUSTOMER_PANE (object);

  if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    {
      g_signal_group_set_target (self->signals, self->workbench);
      g_object_set (self->level, "workbench", self->workbench, NULL);
      g_object_set (self->merges, "workbench", self->workbench, NULL);
      refresh (self);
      g_object_notify_by_pspec (object, pspec);
    }
}

static void
csm_customer_pane_dispose (GObject *object)
{
  CsmCustomerPane *self = CSM_CUSTOMER_PANE (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_CUSTOMER_PANE);
  G_OBJECT_CLASS (csm_customer_pane_parent_class)->dispose (object);
}

static void
csm_customer_pane_finalize (GObject *object)
{
  CsmCustomerPane *self = CSM_CUSTOMER_PANE (object);

  g_clear_pointer (&self->case_ids, g_ptr_array_unref);
  g_free (self->customer_id);
  g_free (self->saved_note);
  g_free (self->shown);
  g_free (self->shown_cases);
  G_OBJECT_CLASS (csm_customer_pane_parent_class)->finalize (object);
}

static void
csm_customer_pane_class_init (CsmCustomerPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_customer_pane_dispose;
  object_class->finalize = csm_customer_pane_finalize;
  object_class->get_property = csm_customer_pane_get_property;
  object_class->set_property = csm_customer_pane_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_SERVICE_LEVEL_CHOICE);
  g_type_ensure (CSM_TYPE_CUSTOMER_MERGES);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-customer-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, avatar);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, name);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, organisation);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, identities);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, identities_group);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, merge_button);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, level);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, merges);
  gtk_widget_class_bind_template_callback (widget_class, merge_cb);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, note_view);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, note);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, note_placeholder);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, cases);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, cases_group);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, organisation_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, language_row);
  gtk_widget_class_bind_template_child (widget_class, CsmCustomerPane, timezone_row);
  gtk_widget_class_bind_template_callback (widget_class, note_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, case_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, applied_cb);
}

static void
csm_customer_pane_init (CsmCustomerPane *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->case_ids = g_ptr_array_new_with_free_func (g_free);
  self->saved_note = g_strdup ("");
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (refresh), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries[ENTRY_NAME] = self->name_row;
  self->entries[ENTRY_ORGANISATION] = self->organisation_row;
  self->entries[ENTRY_LANGUAGE] = self->language_row;
  self->entries[ENTRY_TIMEZONE] = self->timezone_row;
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (save_note), self);
  gtk_widget_add_controller (self->note_view, focus);
  refresh (self);
}
