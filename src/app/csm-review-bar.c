/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-review-bar.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-rights.h"
#include "csm-time.h"
#include "csm-wrap-layout.h"

struct _CsmReviewBar
{
  AdwBin     parent_instance;
  GtkWidget *box;
  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *note;
  GtkWidget *buttons;
  GtkWidget *approve;
  GtkWidget *changes;      /* opens the popover */
  GtkWidget *changes_note;
  GtkWidget *withdraw;
};

enum { ANSWERED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmReviewBar, csm_review_bar, ADW_TYPE_BIN)

static const char *
get_name (CsmWorkbench *workbench,
          const char   *id)
{
  const char *name = csm_workbench_get_name (workbench, id);

  return name != NULL ? name : _("A colleague");
}

static gboolean
is_member (CsmWorkbench *workbench,
           const char   *team_id)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  JsonObject *me = directory != NULL && directory->my_id != NULL ? csm_directory_lookup (directory, directory->my_id) : NULL;
  JsonObject *team = directory != NULL && team_id != NULL ? csm_directory_lookup (directory, team_id) : NULL;

  return team != NULL && (csm_json_has_key (team, "memberIds", directory->my_id) || (me != NULL && csm_json_has_key (me, "teamIds", team_id)));
}

/* Whoever was asked, their team, the channel's, and those who may for others. */
static gboolean
may_review (CsmWorkbench *workbench,
            JsonObject   *draft,
            JsonObject   *channel)
{
  if (csm_rights_may (workbench, CSM_ACTION_REVIEW_FOR_OTHERS))
    return TRUE;
  return csm_rights_may (workbench, CSM_ACTION_REVIEW)
         && (g_strcmp0 (csm_json_get_string (draft, "reviewerId"), csm_workbench_get_my_id (workbench)) == 0
             || is_member (workbench, csm_json_get_string (draft, "reviewTeamId"))
             || (channel != NULL && is_member (workbench, csm_json_get_string (channel, "reviewTeamId"))));
}

/**
 * csm_review_bar_why_held:
 * @workbench: the window's workbench
 * @draft: (nullable): the Draft
 * @channel: (nullable): the Channel that the reply leaves by
 *
 * Returns: (transfer full) (nullable): why the reply can't be sent yet, in a few words; %NULL when it can
 */
char *
csm_review_bar_why_held (CsmWorkbench *workbench,
                         JsonObject   *draft,
                         JsonObject   *channel)
{
  const char *team_id = channel != NULL ? csm_json_get_string (channel, "reviewTeamId") : NULL;

  if (team_id == NULL || csm_rights_may (workbench, CSM_ACTION_SEND_UNREVIEWED) || is_member (workbench, team_id))
    return NULL;
  if (draft == NULL || g_strcmp0 (csm_json_get_string (draft, "review"), "approved") != 0)
    return g_strdup_printf (_("%s has to approve this first"), get_name (workbench, team_id));
  if (csm_json_get_boolean (draft, "changedSinceReview"))
    return g_strdup (_("It was changed after it was approved: ask again"));
  return NULL;
}

/* --- what is said ------------------------------------------------------------------------------------------ */

static char *
say_asked (CsmWorkbench *workbench,
           JsonObject   *draft)
{
  const char *my_id = csm_workbench_get_my_id (workbench);
  const char *reviewer = csm_json_get_string (draft, "reviewerId");
  const char *by = csm_json_get_string (draft, "requestedBy");
  const char *whom = reviewer != NULL ? reviewer : csm_json_get_string (draft, "reviewTeamId");

  if (by == NULL || g_strcmp0 (by, my_id) == 0)
    return g_strdup_printf (_("You asked %s to look at this reply"), get_name (workbench, whom));
  if (g_strcmp0 (whom, my_id) == 0)
    return g_strdup_printf (_("%s asks you to look at this reply"), get_name (workbench, by));
  return g_strdup_printf (_("%s asks %s to look at this reply"), get_name (workbench, by), get_name (workbench, whom));
}

static char *
say_judged (CsmWorkbench *workbench,
            JsonObject   *draft,
            gboolean      approved)
{
  gint64 at = csm_json_get_time (draft, "reviewedAt");
  const char *by = csm_json_get_string (draft, "reviewedBy");
  g_autofree char *when = at != CSM_TIME_NONE ? csm_format_when (at) : NULL;
  g_autofree char *what = NULL;

  /* Of a patch that has not reached the server, the person is who sits here. */
  if (by == NULL)
    what = g_strdup (approved ? _("You approved this reply") : _("You asked for changes"));
  else if (!approved)
    what = g_strdup_printf (_("%s asks for changes"), get_name (workbench, by));
  else if (csm_json_get_boolean (draft, "changedSinceReview"))
    what = g_strdup_printf (_("Approved by %s, but changed since"), get_name (workbench, by));
  else
    what = g_strdup_printf (_("Approved by %s"), get_name (workbench, by));
  return when != NULL ? g_strdup_printf ("%s · %s", what, when) : g_steal_pointer (&what);
}

static void
set_look (CsmReviewBar *self,
          const char   *look,
          const char   *icon)
{
  static const char * const looks[] = { "asked", "approved", "changes" };

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (self->box, looks[i]);
  gtk_widget_add_css_class (self->box, look);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
}

/**
 * csm_review_bar_update:
 * @self: a bar
 * @workbench: the window's workbench
 * @draft: (nullable): the Draft
 * @channel: (nullable): the Channel that the reply leaves by
 *
 * Shows how the review stands; nothing when there is none.
 */
void
csm_review_bar_update (CsmReviewBar *self,
                       CsmWorkbench *workbench,
                       JsonObject   *draft,
                       JsonObject   *channel)
{
  const char *review = draft != NULL ? csm_json_get_string (draft, "review") : NULL;
  const char *note = draft != NULL ? csm_json_get_string (draft, "reviewNote") : NULL;
  gboolean requested = g_strcmp0 (review, "requested") == 0;
  gboolean approved = g_strcmp0 (review, "approved") == 0;
  gboolean changes = g_strcmp0 (review, "changesWanted") == 0;
  g_autofree char *title = NULL;

  g_return_if_fail (CSM_IS_REVIEW_BAR (self));
  gtk_widget_set_visible (GTK_WIDGET (self), requested || approved || changes);
  if (!requested && !approved && !changes)
    return;
  if (requested)
    set_look (self, "asked", "dialog-question-symbolic");
  else if (approved)
    set_look (self, csm_json_get_boolean (draft, "changedSinceReview") ? "asked" : "approved", "emblem-ok-symbolic");
  else
    set_look (self, "changes", "document-edit-symbolic");
  title = requested ? say_asked (workbench, draft) : say_judged (workbench, draft, approved);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->note), note != NULL ? note : "");
  gtk_widget_set_visible (self->note, note != NULL && note[0] != '\0');
  gtk_widget_set_visible (self->approve, requested && may_review (workbench, draft, channel));
  gtk_widget_set_visible (self->changes, requested && may_review (workbench, draft, channel));
  gtk_widget_set_visible (self->withdraw, requested && (csm_json_get_string (draft, "requestedBy") == NULL
    || g_strcmp0 (csm_json_get_string (draft, "requestedBy"), csm_workbench_get_my_id (workbench)) == 0));
  gtk_widget_set_visible (self->buttons, requested && (gtk_widget_get_visible (self->approve) || gtk_widget_get_visible (self->withdraw)));
}

/* --- what is answered -------------------------------------------------------------------------------------- */

static void
approve_cb (CsmReviewBar *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, "approved", NULL);
}

static void
withdraw_cb (CsmReviewBar *self)
{
  g_signal_emit (self, signals[ANSWERED], 0, "none", NULL);
}

static void
changes_cb (CsmReviewBar *self)
{
  g_autofree char *note = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->changes_note))));

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->changes));
  gtk_editable_set_text (GTK_EDITABLE (self->changes_note), "");
  g_signal_emit (self, signals[ANSWERED], 0, "changesWanted", note);
}

static GtkWidget *
make_changes (CsmReviewBar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Ask for Changes"));
  GtkWidget *hint = gtk_label_new (_("To suggest words, write them into the reply."));

  self->changes_note = gtk_entry_new ();
  gtk_widget_set_size_request (self->changes_note, 260, -1);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->changes_note), _("What should be different?"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->changes_note), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What should be different"), -1);
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_widget_add_css_class (hint, "caption");
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_widget_add_css_class (box, "review-ask");
  gtk_box_append (GTK_BOX (box), self->changes_note);
  gtk_box_append (GTK_BOX (box), hint);
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (changes_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->changes_note, "activate", G_CALLBACK (changes_cb), self, G_CONNECT_SWAPPED);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

static void
csm_review_bar_class_init (CsmReviewBarClass *klass)
{
  signals[ANSWERED] = g_signal_new ("answered", CSM_TYPE_REVIEW_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
csm_review_bar_init (CsmReviewBar *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->icon = gtk_image_new ();
  self->title = make_label ("heading");
  self->note = make_label ("review-note");
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->approve = gtk_button_new_with_mnemonic (_("A_pprove"));
  self->changes = gtk_menu_button_new ();
  self->withdraw = gtk_button_new_with_mnemonic (_("_Withdraw"));
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->changes), _("Ask for _Changes"));
  gtk_menu_button_set_use_underline (GTK_MENU_BUTTON (self->changes), TRUE);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->changes), make_changes (self));
  gtk_widget_set_layout_manager (self->buttons, csm_wrap_layout_new ());
  g_signal_connect_object (self->approve, "clicked", G_CALLBACK (approve_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->withdraw, "clicked", G_CALLBACK (withdraw_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->buttons), self->approve);
  gtk_box_append (GTK_BOX (self->buttons), self->changes);
  gtk_box_append (GTK_BOX (self->buttons), self->withdraw);
  gtk_box_append (GTK_BOX (column), self->title);
  gtk_box_append (GTK_BOX (column), self->note);
  gtk_box_append (GTK_BOX (column), self->buttons);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  gtk_box_append (GTK_BOX (self->box), column);
  gtk_widget_add_css_class (self->box, "review-bar");
  adw_bin_set_child (ADW_BIN (self), self->box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
