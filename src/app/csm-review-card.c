/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-review-card.h"

#include <glib/gi18n.h>

#include "csm-decide.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-markdown.h"
#include "csm-review-words.h"
#include "csm-time.h"
#include "csm-wrap-layout.h"

/* Longer texts are read in their case. */
#define TEXT_LINES 8

struct _CsmReviewCard
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  CsmOperation *op;
  char         *customer;
  GtkImage     *icon;
  GtkLabel     *title;
  GtkLabel     *why;
  GtkLabel     *when;
  GtkWidget    *texts;
  GtkWidget    *versions;
  GtkWidget    *buttons;
  GtkWidget    *newer;   /* what came meanwhile; NULL: not shown */
};

enum { OPENED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmReviewCard, csm_review_card, ADW_TYPE_BIN)

/* --- actions ----------------------------------------------------------------------------------------------- */

typedef void (*Decide) (CsmWorkbench       *workbench,
                        const CsmOperation *op);

/* One decision: the card is gone when the outbox is read next. */
static void
decide (GtkWidget *widget,
        Decide     deed)
{
  CsmReviewCard *self = CSM_REVIEW_CARD (widget);

  csm_decide_hold (widget);
  deed (self->workbench, self->op);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  decide (widget, csm_decide_retry);
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  decide (widget, csm_decide_send_anyway);
}

static void
mine_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  decide (widget, csm_decide_keep_mine);
}

static void
theirs_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  decide (widget, csm_decide_keep_theirs);
}

static void
drop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  decide (widget, csm_decide_drop);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  decide (widget, csm_decide_edit);
  g_signal_emit (widget, signals[OPENED], 0);
}

/* --- parts ------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_label (const char *text,
            const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

/* A card is told apart by what it is about, not by equal buttons. */
static void
add_button (CsmReviewCard *self,
            GtkWidget     *box,
            const char    *text,
            const char    *action,
            const char    *style)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (text);
  g_auto (GStrv) parts = g_strsplit (text, "_", -1);
  g_autofree char *plain = g_strjoinv ("", parts);
  g_autofree char *label = g_strdup_printf ("%s: %s", plain, gtk_label_get_text (self->title));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (style != NULL)
    gtk_widget_add_css_class (button, style);
  gtk_box_append (GTK_BOX (box), button);
}

/* Whose text it is, when, and the text. */
static GtkWidget *
make_text (const char *who,
           const char *text,
           const char *style)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  GtkWidget *body = make_label (stripped, NULL);

  gtk_label_set_lines (GTK_LABEL (body), TEXT_LINES);
  gtk_label_set_ellipsize (GTK_LABEL (body), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), make_label (who, "review-who"));
  gtk_box_append (GTK_BOX (box), body);
  gtk_widget_add_css_class (box, "review-text");
  gtk_widget_add_css_class (box, style);
  return box;
}

static GtkWidget *
make_version (CsmReviewCard *self,
              const char    *who,
              gboolean       mine)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GPtrArray *conflicts = self->op->conflicts;

  gtk_box_append (GTK_BOX (box), make_label (who, "review-who"));
  for (guint i = 0; i < conflicts->len; i++)
    {
      const CsmConflictValue *value = conflicts->pdata[i];
      g_autofree char *said = csm_review_say_value (self->workbench, value->property, mine ? value->mine : value->theirs);
      g_autofree char *named = conflicts->len > 1 ? g_strdup_printf ("%s: %s", csm_review_name_property (value->property), said)
                                                  : g_strdup (said);

      gtk_box_append (GTK_BOX (box), make_label (named, "review-value"));
    }
  gtk_widget_set_vexpand (gtk_widget_get_last_child (box), TRUE);
  gtk_widget_set_valign (gtk_widget_get_last_child (box), GTK_ALIGN_START);
  add_button (self, box, mine ? _("Keep _Mine") : _("Keep _Theirs"), mine ? "review.keep-mine" : "review.keep-theirs", NULL);
  gtk_widget_set_margin_top (gtk_widget_get_last_child (box), 8);
  gtk_widget_add_css_class (box, "review-version");
  gtk_widget_add_css_class (box, mine ? "mine" : "theirs");
  return box;
}

static void
show_versions (CsmReviewCard *self)
{
  const char *name = csm_workbench_get_name (self->workbench, self->op->changed_by);
  g_autofree char *my_when = csm_format_clock (self->op->created);
  g_autofree char *their_when = self->op->changed_at != CSM_TIME_NONE ? csm_format_clock (self->op->changed_at) : NULL;
  /* Translators: above what I did, when */
  g_autofree char *mine = g_strdup_printf (_("Mine · %s"), my_when);
  g_autofree char *theirs = g_strdup_printf ("%s%s%s", name != NULL ? name : _("Theirs"), their_when != NULL ? " · " : "",
                                             their_when != NULL ? their_when : "");

  gtk_box_append (GTK_BOX (self->versions), make_version (self, mine, TRUE));
  gtk_box_append (GTK_BOX (self->versions), make_version (self, theirs, FALSE));
  gtk_widget_set_vexpand (self->versions, FALSE);
  gtk_widget_set_visible (self->versions, TRUE);
}

static void
show_text (CsmReviewCard *self)
{
  const char *text = csm_review_get_text (self->op);
  g_autofree char *when = csm_format_clock (self->op->created);
  g_autofree char *who = NULL;
  g_autofree char *plain = NULL;

  if (text == NULL || text[0] == '\0')
    return;
  if (self->op->type == CSM_TYPE_ID_COMMENT)
    {
      who = g_strdup_printf (_("Your note · %s"), when);
      plain = csm_markdown_plain (text);
    }
  else
    {
      who = g_strdup_printf (_("Your reply · %s"), when);
      plain = g_strdup (text);
    }
  gtk_box_append (GTK_BOX (self->texts), make_text (who, plain, self->op->type == CSM_TYPE_ID_COMMENT ? "note" : "mine"));
  gtk_widget_set_visible (self->texts, TRUE);
}

static void
show_buttons (CsmReviewCard *self)
{
  const CsmOperation *op = self->op;
  gboolean is_reply = op->type == CSM_TYPE_ID_SUBMISSION && csm_review_get_text (op) != NULL;
  gboolean is_text = is_reply || (op->type == CSM_TYPE_ID_COMMENT && g_strcmp0 (op->kind, "create") == 0);
  gboolean confirm = op->needs_confirmation || g_strcmp0 (op->error, "caseMoved") == 0 || g_strcmp0 (op->error, "stale") == 0;

  if (csm_review_was_overtaken (op))
    {
      gtk_widget_set_visible (self->buttons, FALSE);
      return;
    }
  if (confirm && is_reply)
    add_button (self, self->buttons, _("_Send Anyway"), "review.send", NULL);
  else if (confirm)
    add_button (self, self->buttons, _("_Do It Anyway"), "review.send", NULL);
  else if (g_strcmp0 (op->error, "unreadable") != 0 && g_strcmp0 (op->error, "otherPerson") != 0)
    add_button (self, self->buttons, _("_Try Again"), "review.retry", NULL);
  if (is_text && op->case_id != NULL)
    add_button (self, self->buttons, _("_Edit"), "review.edit", NULL);
  add_button (self, self->buttons, is_reply ? _("Dis_card") : _("Dr_op"), "review.drop", NULL);
}

static void
show_why (CsmReviewCard *self)
{
  g_autofree char *why = csm_review_say_why (self->workbench, self->op, self->customer);
  g_autofree char *label = g_strdup_printf ("%s. %s", gtk_label_get_text (self->title), why);

  gtk_label_set_text (self->why, why);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_review_card_dispose (GObject *object)
{
  CsmReviewCard *self = CSM_REVIEW_CARD (object);

  g_clear_object (&self->workbench);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_REVIEW_CARD);
  G_OBJECT_CLASS (csm_review_card_parent_class)->dispose (object);
}

static void
csm_review_card_finalize (GObject *object)
{
  CsmReviewCard *self = CSM_REVIEW_CARD (object);

  g_clear_pointer (&self->op, csm_operation_free);
  g_free (self->customer);
  G_OBJECT_CLASS (csm_review_card_parent_class)->finalize (object);
}

static void
csm_review_card_class_init (CsmReviewCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_review_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_review_card_finalize;
  signals[OPENED] = g_signal_new ("opened", CSM_TYPE_REVIEW_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-review-card.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, title);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, why);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, when);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, texts);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, versions);
  gtk_widget_class_bind_template_child (widget_class, CsmReviewCard, buttons);
  gtk_widget_class_install_action (widget_class, "review.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "review.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "review.keep-mine", NULL, mine_action);
  gtk_widget_class_install_action (widget_class, "review.keep-theirs", NULL, theirs_action);
  gtk_widget_class_install_action (widget_class, "review.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "review.drop", NULL, drop_action);
}

static void
csm_review_card_init (CsmReviewCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * csm_review_card_new:
 * @workbench: the window's workbench
 * @op: (transfer full): a parked operation
 *
 * Returns: (transfer floating): a card for it
 */
GtkWidget *
csm_review_card_new (CsmWorkbench *workbench,
                     CsmOperation *op)
{
  CsmReviewCard *self = g_object_new (CSM_TYPE_REVIEW_CARD, NULL);
  g_autofree char *name = csm_review_say_title (op);
  g_autofree char *content = csm_review_was_overtaken (op) || csm_review_get_text (op) != NULL ? NULL : csm_review_say_content (workbench, op);
  g_autofree char *title = content != NULL ? g_strdup_printf (_("%s: %s"), name, content) : g_strdup (name);
  g_autofree char *when = csm_format_clock (op->created);
  g_autofree char *when_long = csm_format_when_long (op->created);

  self->workbench = g_object_ref (workbench);
  self->op = op;
  gtk_image_set_from_icon_name (self->icon, csm_review_choose_icon (op));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->when, when);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->when), when_long);
  show_why (self);
  if (csm_review_was_overtaken (op))
    show_versions (self);
  else
    show_text (self);
  show_buttons (self);
  return GTK_WIDGET (self);
}

/* Names the customer in the reason. @customer: (nullable) */
void
csm_review_card_set_customer (CsmReviewCard *self,
                              const char    *customer)
{
  g_return_if_fail (CSM_IS_REVIEW_CARD (self));
  g_free (self->customer);
  self->customer = g_strdup (customer);
  show_why (self);
}

/* The newest message that the reply's author had not seen. */
static CsmTimelineEntry *
find_newer (CsmReviewCard *self,
            CsmCaseDetail *detail)
{
  const char *based_on = csm_json_get_string (self->op->payload, "basedOn");

  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind != CSM_ENTRY_MESSAGE)
        continue;
      return g_strcmp0 (csm_json_get_string (entry->record, "id"), based_on) != 0 ? entry : NULL;
    }
  return NULL;
}

/**
 * csm_review_card_set_newer:
 * @self: a card of a reply
 * @detail: its case
 *
 * Shows what came meanwhile above what was written.
 */
void
csm_review_card_set_newer (CsmReviewCard *self,
                           CsmCaseDetail *detail)
{
  const char *customer = detail->customer != NULL ? csm_json_get_string (detail->customer, "name") : NULL;
  CsmTimelineEntry *entry;
  const char *text;
  const char *name;
  g_autofree char *when = NULL;
  g_autofree char *who = NULL;
  gboolean out;

  g_return_if_fail (CSM_IS_REVIEW_CARD (self));
  csm_review_card_set_customer (self, customer);
  if (self->op->type != CSM_TYPE_ID_SUBMISSION || self->op->payload == NULL || self->newer != NULL)
    return;
  entry = find_newer (self, detail);
  text = entry != NULL ? csm_json_get_string (entry->record, "textBody") : NULL;
  if (text == NULL || text[0] == '\0')
    return;
  out = g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") == 0;
  name = out ? csm_workbench_get_name (self->workbench, csm_json_get_string (entry->record, "authorId")) : customer;
  when = csm_format_clock (entry->at);
  who = g_strdup_printf ("%s · %s", name != NULL && name[0] != '\0' ? name : out ? _("A colleague") : _("The customer"), when);
  self->newer = make_text (who, text, "theirs");
  gtk_box_prepend (GTK_BOX (self->texts), self->newer);
}

gint64
csm_review_card_get_seq (CsmReviewCard *self)
{
  return self->op->seq;
}
