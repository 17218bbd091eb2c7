/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipients-box.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-recipient-suggest.h"

struct _CsmRecipientsBox
{
  AdwBin         parent_instance;
  CsmRecipients *proposal;  /* NULL: nobody to answer */
  char          *conversation_id; /* in which to answer; NULL: in that of the newest message */
  char          *channel;   /* its name, or NULL */
  JsonObject    *answered;  /* the Message that is answered; NULL: the newest */
  CsmAnswer      answer;    /* how */
  gboolean       answering; /* that was chosen just now */
  gboolean       typed[CSM_N_ENVELOPE]; /* a person wrote it here, and nobody else has it yet */
  JsonNode      *said[CSM_N_ENVELOPE];  /* what the shared draft says; NULL: nothing */
  gboolean       filling;
  GtkLabel      *label;
  GtkWidget     *recipients_button;
  GtkWidget     *to_entry;
  GtkWidget     *cc_entry;
  GtkWidget     *bcc_entry;
  GtkWidget     *subject_entry;
  CsmWorkbench  *workbench;
  GtkWidget     *completion; /* NULL: nobody typed yet */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmRecipientsBox, csm_recipients_box, ADW_TYPE_BIN)

static GtkEditable *
entry_of (CsmRecipientsBox *self,
          CsmEnvelopePart   part)
{
  GtkWidget *entries[CSM_N_ENVELOPE] = { self->to_entry, self->cc_entry, self->bcc_entry, self->subject_entry };

  return GTK_EDITABLE (entries[part]);
}

static void
show (CsmRecipientsBox *self)
{
  const char *to = csm_recipients_box_get_to (self);
  const char *cc = csm_recipients_box_get_cc (self);
  const char *bcc = csm_recipients_box_get_bcc (self);
  gboolean others = cc[0] != '\0' || bcc[0] != '\0';
  g_autofree char *line = NULL;
  g_autofree char *all = NULL;

  /* Translators: the reply box's first line: to whom */
  if (self->answered != NULL && self->answer == CSM_ANSWER_FORWARD)
    line = to[0] != '\0' ? g_strdup_printf (_("Forward to %s"), to) : g_strdup (_("Forward: to whom?"));
  else
    line = others ? g_strdup_printf (_("Reply to %s and others"), to) : g_strdup_printf (_("Reply to %s"), to);
  all = g_strdup_printf (_("To: %s\nCc: %s\nBcc: %s\nSubject: %s\nFrom: %s"), to, cc[0] != '\0' ? cc : "—", bcc[0] != '\0' ? bcc : "—",
                         csm_recipients_box_get_subject (self), self->channel != NULL ? self->channel : "—");
  gtk_label_set_text (self->label, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), all);
}

/* Offers who may be meant. */
static void
complete (CsmRecipientsBox *self,
          GtkEditable      *entry)
{
  if (GTK_WIDGET (entry) == self->subject_entry)
    return;
  if (self->completion == NULL)
    {
      self->completion = csm_completion_new (csm_recipient_completion_kind (), GTK_WIDGET (self));
      for (guint i = 0; i < CSM_ENVELOPE_SUBJECT; i++)
        csm_completion_add_entry (CSM_COMPLETION (self->completion), entry_of (self, i));
    }
  csm_completion_set_workbench (CSM_COMPLETION (self->completion), self->workbench);
  csm_completion_update (CSM_COMPLETION (self->completion), entry);
}

static void
changed_cb (CsmRecipientsBox *self,
            GtkEditable      *entry)
{
  if (self->filling || self->proposal == NULL)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (entry)))
    complete (self, entry);
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    self->typed[i] = self->typed[i] || entry_of (self, i) == entry;
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* A list that goes on, such as "ana@example.com, ", names the same people. */
static gboolean
says_the_same (CsmEnvelopePart  part,
               const char      *shown,
               const char      *text)
{
  g_autoptr (JsonArray) a = part != CSM_ENVELOPE_SUBJECT ? csm_recipients_read (shown) : NULL;
  g_autoptr (JsonArray) b = a != NULL ? csm_recipients_read (text) : NULL;

  return g_str_equal (shown, text) || (b != NULL && json_array_get_length (b) > 0 && json_array_equal (a, b));
}

static void
fill (CsmRecipientsBox *self,
      CsmEnvelopePart   part,
      const char       *text)
{
  GtkEditable *entry = entry_of (self, part);

  if (says_the_same (part, gtk_editable_get_text (entry), text != NULL ? text : ""))
    return;
  self->filling = TRUE;
  gtk_editable_set_text (entry, text != NULL ? text : "");
  self->filling = FALSE;
}

/* What nobody has written: as the case proposes it. */
static char *
dup_proposed (CsmRecipientsBox *self,
              CsmEnvelopePart   part)
{
  if (self->proposal == NULL || part == CSM_ENVELOPE_BCC)
    return NULL;
  if (part == CSM_ENVELOPE_SUBJECT)
    return g_strdup (self->proposal->subject);
  return csm_recipients_write (part == CSM_ENVELOPE_TO ? self->proposal->to : self->proposal->cc);
}

static char *
write_said (JsonNode *said)
{
  return JSON_NODE_HOLDS_ARRAY (said) ? csm_recipients_write (json_node_get_array (said)) : g_strdup (json_node_get_string (said));
}

/* What nobody types just now stands there as the draft says, or as is proposed. */
static void
fill_all (CsmRecipientsBox *self)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_autofree char *text = self->said[i] != NULL ? write_said (self->said[i]) : dup_proposed (self, i);

      if (!self->typed[i])
        fill (self, i, text);
    }
  if (self->proposal != NULL)
    show (self);
}

/* What was copied somewhere else comes as recipients are written here. */
static void
insert_cb (GtkEditable      *text,
           const char       *inserted,
           int               length,
           int              *position,
           CsmRecipientsBox *self)
{
  g_autofree char *list = !self->filling && length > 1 ? csm_recipients_paste (inserted, length) : NULL;

  if (list == NULL)
    return;
  g_signal_stop_emission_by_name (text, "insert-text");
  g_signal_handlers_block_by_func (text, insert_cb, self);
  gtk_editable_insert_text (text, list, -1, position);
  g_signal_handlers_unblock_by_func (text, insert_cb, self);
}

static void
csm_recipients_box_dispose (GObject *object)
{
  CsmRecipientsBox *self = CSM_RECIPIENTS_BOX (object);

  g_clear_pointer (&self->completion, gtk_widget_unparent);
  g_clear_object (&self->workbench);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_RECIPIENTS_BOX);
  G_OBJECT_CLASS (csm_recipients_box_parent_class)->dispose (object);
}

static void
csm_recipients_box_finalize (GObject *object)
{
  CsmRecipientsBox *self = CSM_RECIPIENTS_BOX (object);

  g_clear_pointer (&self->proposal, csm_recipients_free);
  g_clear_pointer (&self->answered, json_object_unref);
  g_free (self->conversation_id);
  g_free (self->channel);
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    g_clear_pointer (&self->said[i], json_node_unref);
  G_OBJECT_CLASS (csm_recipients_box_parent_class)->finalize (object);
}

static void
csm_recipients_box_class_init (CsmRecipientsBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_recipients_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_recipients_box_finalize;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_RECIPIENTS_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-recipients-box.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, label);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, recipients_button);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, to_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, cc_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, bcc_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmRecipientsBox, subject_entry);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
csm_recipients_box_init (CsmRecipientsBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < CSM_ENVELOPE_SUBJECT; i++)
    g_signal_connect_object (gtk_editable_get_delegate (entry_of (self, i)), "insert-text", G_CALLBACK (insert_cb), self, 0);
}

/* Reckons from @detail who is answered; what a person has changed stays. */
void
csm_recipients_box_propose (CsmRecipientsBox *self,
                            CsmWorkbench     *workbench,
                            CsmCaseDetail    *detail)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_set_object (&self->workbench, workbench);
  g_clear_pointer (&self->proposal, csm_recipients_free);
  if (self->answered != NULL && self->answer == CSM_ANSWER_FORWARD)
    self->proposal = csm_recipients_new_forward (self->answered);
  else if (self->answered != NULL)
    self->proposal = csm_recipients_new_for (self->answered, csm_workbench_get_directory (workbench), self->answer == CSM_ANSWER_ALL);
  else
    self->proposal = csm_recipients_new (detail, csm_workbench_get_directory (workbench), self->conversation_id);
  if (self->proposal == NULL)
    return;
  g_free (self->channel);
  self->channel = g_strdup (csm_workbench_get_name (workbench, self->proposal->channel_id));
  if (!self->answering)
    {
      fill_all (self);
      return;
    }
  /* Whoever chooses a message has chosen to whom it goes, as if they had written it. */
  self->answering = FALSE;
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      g_autofree char *text = dup_proposed (self, i);

      fill (self, i, text);
      self->typed[i] = TRUE;
    }
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What is proposed next answers @message, for which csm_recipients_box_propose() is called. */
void
csm_recipients_box_answer (CsmRecipientsBox *self,
                           JsonObject       *message,
                           CsmAnswer         answer)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self) && message != NULL);
  g_clear_pointer (&self->answered, json_object_unref);
  self->answered = json_object_ref (message);
  self->answer = answer;
  self->answering = TRUE;
  if (answer != CSM_ANSWER_FORWARD)
    return;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->recipients_button), TRUE);
  gtk_widget_grab_focus (self->to_entry);
}

/* As if a person had written it. @text: (nullable) */
void
csm_recipients_box_set (CsmRecipientsBox *self,
                        CsmEnvelopePart   part,
                        const char       *text)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  fill (self, part, text);
  self->typed[part] = TRUE;
  if (self->proposal != NULL)
    show (self);
}

/* What the shared draft says; what a person writes here that is no address yet stays. @said: (nullable): nothing */
void
csm_recipients_box_say (CsmRecipientsBox *self,
                        CsmEnvelopePart   part,
                        JsonNode         *said)
{
  g_autoptr (JsonNode) typed = NULL;

  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  typed = csm_recipients_box_dup (self, part);
  g_clear_pointer (&self->said[part], json_node_unref);
  self->said[part] = said != NULL ? csm_json_copy (said) : NULL;
  if (typed != NULL && said != NULL && json_node_equal (typed, said))
    self->typed[part] = FALSE;
  else
    fill_all (self);
}

/* Whether a person wrote it here, and nobody else has it yet. */
gboolean
csm_recipients_box_is_typed (CsmRecipientsBox *self,
                             CsmEnvelopePart   part)
{
  g_return_val_if_fail (CSM_IS_RECIPIENTS_BOX (self), FALSE);
  return self->typed[part];
}

/* Whether the shared draft says it. */
gboolean
csm_recipients_box_is_said (CsmRecipientsBox *self,
                            CsmEnvelopePart   part)
{
  g_return_val_if_fail (CSM_IS_RECIPIENTS_BOX (self), FALSE);
  return self->said[part] != NULL;
}

/* Returns: (transfer full) (nullable): what is in the entry; %NULL while that is nobody's address */
JsonNode *
csm_recipients_box_dup (CsmRecipientsBox *self,
                        CsmEnvelopePart   part)
{
  JsonNode *node = json_node_alloc ();
  const char *text = gtk_editable_get_text (entry_of (self, part));
  JsonArray *list = part != CSM_ENVELOPE_SUBJECT ? csm_recipients_read (text) : NULL;

  if (part == CSM_ENVELOPE_SUBJECT)
    return json_node_init_string (node, text);
  if (list != NULL)
    return json_node_init_array (node, list), json_array_unref (list), node;
  json_node_free (node);
  return NULL;
}

static void
forget (CsmRecipientsBox *self)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    {
      self->typed[i] = FALSE;
      g_clear_pointer (&self->said[i], json_node_unref);
    }
}

/* Nobody is answered until csm_recipients_box_propose(). */
void
csm_recipients_box_clear (CsmRecipientsBox *self)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_clear_pointer (&self->answered, json_object_unref);
  g_clear_pointer (&self->proposal, csm_recipients_free);
  g_clear_pointer (&self->conversation_id, g_free);
  if (self->completion != NULL)
    csm_completion_set_workbench (CSM_COMPLETION (self->completion), NULL);
  g_clear_object (&self->workbench);
  forget (self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->recipients_button), FALSE);
}

/* What is proposed next answers in this conversation; @id: (nullable): in that of the newest message */
void
csm_recipients_box_set_conversation (CsmRecipientsBox *self,
                                     const char       *id)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  if (g_strcmp0 (self->conversation_id, id) == 0)
    return;
  g_free (self->conversation_id);
  self->conversation_id = g_strdup (id);
}

/* The next proposal is for the next reply. */
void
csm_recipients_box_forget_edits (CsmRecipientsBox *self)
{
  g_return_if_fail (CSM_IS_RECIPIENTS_BOX (self));
  g_clear_pointer (&self->answered, json_object_unref);
  g_clear_pointer (&self->conversation_id, g_free);
  forget (self);
}

/* Returns: (nullable): conversation, channel and subject of the reply; %NULL when nobody can be answered */
CsmRecipients *
csm_recipients_box_get_proposal (CsmRecipientsBox *self)
{
  return self->proposal;
}

/* Whether a person wrote anything of it, here or elsewhere. */
gboolean
csm_recipients_box_is_edited (CsmRecipientsBox *self)
{
  for (guint i = 0; i < CSM_N_ENVELOPE; i++)
    if (self->typed[i] || self->said[i] != NULL)
      return TRUE;
  return FALSE;
}

/* Whether there is somebody, and everybody has an address. */
gboolean
csm_recipients_box_is_complete (CsmRecipientsBox *self)
{
  g_autoptr (JsonArray) to = csm_recipients_read (csm_recipients_box_get_to (self));
  g_autoptr (JsonArray) cc = csm_recipients_read (csm_recipients_box_get_cc (self));
  g_autoptr (JsonArray) bcc = csm_recipients_read (csm_recipients_box_get_bcc (self));

  return to != NULL && cc != NULL && bcc != NULL && json_array_get_length (to) > 0;
}

/* What is in the entry. */
const char *
csm_recipients_box_get (CsmRecipientsBox *self,
                        CsmEnvelopePart   part)
{
  g_return_val_if_fail (CSM_IS_RECIPIENTS_BOX (self), "");
  return gtk_editable_get_text (entry_of (self, part));
}

const char *
csm_recipients_box_get_to (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->to_entry));
}

const char *
csm_recipients_box_get_cc (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->cc_entry));
}

const char *
csm_recipients_box_get_bcc (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->bcc_entry));
}

const char *
csm_recipients_box_get_subject (CsmRecipientsBox *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->subject_entry));
}
