/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-who-knows.h"

#include <glib/gi18n.h>

struct _CsmWhoKnows
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;
  GCancellable *cancellable;
  GtkWidget    *box;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmWhoKnows, csm_who_knows, GTK_TYPE_POPOVER)

/* --- one of them ------------------------------------------------------------------------------------------- */

static void
ask_cb (CsmWhoKnows *self,
        GtkWidget   *button)
{
  const char *person_id = g_object_get_data (G_OBJECT (button), "person-id");
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *id = g_strdup (person_id);
  const char *name = csm_workbench_get_name (self->workbench, id);
  g_autofree char *member = g_strconcat ("participantIds/", id, NULL);
  g_autofree char *said = g_strdup_printf (_("%s takes part now"), name != NULL ? name : id);
  CsmIntent *intent = csm_intent_new (_("Bring in"));
  JsonObject *patch = json_object_new ();

  json_object_set_boolean_member (patch, member, TRUE);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, csm_workbench_get_case_id (self->workbench), patch);
  csm_workbench_perform (self->workbench, intent, said);
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (root, "win.mention", "s", id);
}

static void
case_cb (CsmWhoKnows *self,
         GtkWidget   *button)
{
  g_autofree char *case_id = g_strdup (g_object_get_data (G_OBJECT (button), "case-id"));

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_workbench_show_case (self->workbench, case_id);
}

static void
add_case (CsmWhoKnows *self,
          GtkWidget   *box,
          CsmCaseRow  *row)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = gtk_label_new (row->subject);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "evidence");
  gtk_widget_set_tooltip_text (button, row->customer_name);
  g_object_set_data_full (G_OBJECT (button), "case-id", g_strdup (row->id), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (case_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
}

/* Why it is them, in a line. */
static char *
say_why (CsmWhoKnows   *self,
         CsmPersonHint *hint)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; hint->expertise != NULL && hint->expertise[i] != NULL; i++)
    g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", hint->expertise[i]);
  for (guint i = 0; hint->tag_ids != NULL && hint->tag_ids[i] != NULL; i++)
    {
      const char *name = csm_workbench_get_name (self->workbench, hint->tag_ids[i]);

      if (name != NULL)
        g_string_append_printf (words, "%s#%s", words->len > 0 ? ", " : "", name);
    }
  /* Translators: what somebody is expert in, and the tags of cases that they solved */
  return words->len > 0 ? g_strdup_printf (_("Knows %s"), words->str) : g_strdup (_("Worked on cases like this one"));
}

static void
add_hint (CsmWhoKnows   *self,
          CsmPersonHint *hint)
{
  const char *name = csm_workbench_get_name (self->workbench, hint->person_id);
  g_autofree char *why = say_why (self, hint);
  g_autofree char *ask_label = g_strdup_printf (_("Ask %s"), name != NULL ? name : "");
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (name);
  GtkWidget *subtitle = gtk_label_new (why);
  GtkWidget *ask = gtk_button_new_with_label (_("Ask"));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (title, "comment-name");
  gtk_label_set_xalign (GTK_LABEL (subtitle), 0);
  gtk_label_set_ellipsize (GTK_LABEL (subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (subtitle, "caption");
  gtk_widget_add_css_class (subtitle, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (ask, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (ask), GTK_ACCESSIBLE_PROPERTY_LABEL, ask_label, -1);
  g_object_set_data_full (G_OBJECT (ask), "person-id", g_strdup (hint->person_id), g_free);
  g_signal_connect_object (ask, "clicked", G_CALLBACK (ask_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), subtitle);
  gtk_box_append (GTK_BOX (head), adw_avatar_new (32, name, TRUE));
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), ask);
  gtk_box_append (GTK_BOX (card), head);
  for (guint i = 0; hint->cases != NULL && i < hint->cases->len; i++)
    add_case (self, card, hint->cases->pdata[i]);
  gtk_widget_add_css_class (card, "hint");
  gtk_box_append (GTK_BOX (self->box), card);
}

static void
clear (CsmWhoKnows *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

static void
say (CsmWhoKnows *self,
     const char  *text)
{
  GtkWidget *label = gtk_label_new (text);

  clear (self);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "hint");
  gtk_box_append (GTK_BOX (self->box), label);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmWhoKnows) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hints = csm_cache_suggest_people_finish (CSM_CACHE (source), result, &error);

  if (self->workbench == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (hints == NULL || hints->len == 0)
    {
      if (error != NULL)
        g_warning ("Looking for who knows failed: %s", error->message);
      say (self, error != NULL ? _("This could not be read just now. Try it again.")
                               : _("Nobody has solved a case like this one yet, or said to be expert in it."));
      return;
    }
  clear (self);
  for (guint i = 0; i < hints->len; i++)
    add_hint (self, hints->pdata[i]);
  gtk_widget_child_focus (self->box, GTK_DIR_TAB_FORWARD);
}

static void
csm_who_knows_show (GtkWidget *widget)
{
  CsmWhoKnows *self = CSM_WHO_KNOWS (widget);
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (self->box == NULL)
    {
      self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
      gtk_widget_set_size_request (self->box, 290, -1);
      gtk_popover_set_child (GTK_POPOVER (self), self->box);
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  say (self, _("Looking…"));
  if (case_id != NULL)
    {
      self->cancellable = g_cancellable_new ();
      csm_cache_suggest_people_async (csm_workbench_get_cache (self->workbench), case_id, self->cancellable, loaded_cb, g_object_ref (self));
    }
  GTK_WIDGET_CLASS (csm_who_knows_parent_class)->show (widget);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_who_knows_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_WHO_KNOWS (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_who_knows_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&CSM_WHO_KNOWS (object)->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_who_knows_dispose (GObject *object)
{
  CsmWhoKnows *self = CSM_WHO_KNOWS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_who_knows_parent_class)->dispose (object);
}

static void
csm_who_knows_class_init (CsmWhoKnowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_who_knows_dispose;
  object_class->get_property = csm_who_knows_get_property;
  object_class->set_property = csm_who_knows_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_who_knows_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_who_knows_init (CsmWhoKnows *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}
