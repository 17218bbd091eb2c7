/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-receipt.h"

#include <glib/gi18n.h>

#include "csm-channel-text.h"
#include "csm-json.h"

struct _CsmChannelReceipt
{
  AdwPreferencesGroup  parent_instance;
  GMenu               *languages;   /* that there is no text in yet */
  GtkSwitch           *enabled;
  AdwComboRow         *language_row;
  GPtrArray           *rows;        /* CsmChannelText, of `codes` */
  GPtrArray           *codes;
  JsonObject          *value;       /* what is kept */
  gboolean             setting;     /* not by a person */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmChannelReceipt, csm_channel_receipt, ADW_TYPE_PREFERENCES_GROUP)

/* In their own languages: who reads the list looks for their customers'. The texts are what customers read, and no part of our own translation. */
static const struct { const char *code; const char *name; const char *text; } known[] = {
  { "da", "Dansk", NULL },
  { "de", "Deutsch", "Guten Tag {name},\n\nIhre Nachricht „{subject}“ ist angekommen (Nummer {number}). Jemand von uns antwortet Ihnen, so bald es geht." },
  { "en", "English", "Hello {name},\n\nyour message “{subject}” has arrived (number {number}). One of us will answer as soon as we can." },
  { "es", "Español", "Hola, {name}:\n\nSu mensaje «{subject}» ha llegado (número {number}). Uno de nosotros le responderá en cuanto pueda." },
  { "fr", "Français", "Bonjour {name},\n\nvotre message « {subject} » est bien arrivé (numéro {number}). L’un de nous vous répondra dès que possible." },
  { "it", "Italiano", "Buongiorno {name},\n\nil suo messaggio «{subject}» è arrivato (numero {number}). Uno di noi le risponderà appena possibile." },
  { "nl", "Nederlands", "Dag {name},\n\nuw bericht ‘{subject}’ is aangekomen (nummer {number}). Iemand van ons antwoordt u zo snel mogelijk." },
  { "nb", "Norsk", NULL },
  { "pl", "Polski", NULL },
  { "pt", "Português", NULL },
  { "fi", "Suomi", NULL },
  { "sv", "Svenska", NULL },
  { "cs", "Čeština", NULL },
  { "uk", "Українська", NULL },
  { "zh", "中文", NULL },
  { "ja", "日本語", NULL },
};

static const char *
name_language (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].code, code))
      return known[i].name;
  return code;
}

static const char *
first_text (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].code, code) && known[i].text != NULL)
      return known[i].text;
  return "{subject} ({number})";
}

static gboolean
find_code (CsmChannelReceipt *self,
           const char        *code,
           guint             *index)
{
  return g_ptr_array_find_with_equal_func (self->codes, code, g_str_equal, index);
}

static void
update_languages (CsmChannelReceipt *self)
{
  const char *chosen = csm_json_get_string (self->value, "language");
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint selected = 0;
  gboolean was_setting = self->setting;

  g_menu_remove_all (self->languages);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (!find_code (self, known[i].code, NULL))
      {
        g_autofree char *action = g_strdup_printf ("receipt.add::%s", known[i].code);

        g_menu_append (self->languages, known[i].name, action);
      }
  for (guint i = 0; i < self->codes->len; i++)
    {
      gtk_string_list_append (list, name_language (self->codes->pdata[i]));
      if (g_strcmp0 (self->codes->pdata[i], chosen) == 0)
        selected = i;
      csm_channel_text_set_can_remove (self->rows->pdata[i], self->codes->len > 1);
    }
  self->setting = TRUE;
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->language_row, selected);
  self->setting = was_setting;
  gtk_widget_set_visible (GTK_WIDGET (self->language_row), self->codes->len > 1);
}

/* --- what a person does ------------------------------------------------------------------------------------ */

static JsonObject *
make_value (CsmChannelReceipt *self)
{
  JsonObject *value = json_object_new ();
  JsonObject *texts = json_object_new ();
  guint chosen = adw_combo_row_get_selected (self->language_row);

  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *text = csm_channel_text_dup_text (self->rows->pdata[i]);

      json_object_set_string_member (texts, self->codes->pdata[i], text);
    }
  json_object_set_boolean_member (value, "enabled", gtk_switch_get_active (self->enabled));
  if (self->codes->len > 0)
    json_object_set_string_member (value, "language", self->codes->pdata[chosen < self->codes->len ? chosen : 0]);
  json_object_set_object_member (value, "texts", texts);
  return value;
}

static void
changed (CsmChannelReceipt *self)
{
  if (self->setting)
    return;
  json_object_unref (self->value);
  self->value = make_value (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remove_at (CsmChannelReceipt *self,
           guint              index)
{
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[index]);
  g_ptr_array_remove_index (self->rows, index);
  g_ptr_array_remove_index (self->codes, index);
}

static void
remove_cb (CsmChannelReceipt *self,
           GtkWidget         *row)
{
  guint index;

  if (!g_ptr_array_find (self->rows, row, &index))
    return;
  remove_at (self, index);
  changed (self);
  update_languages (self);
}

static void
add_text (CsmChannelReceipt *self,
          const char        *code,
          const char        *text)
{
  GtkWidget *row = csm_channel_text_new (name_language (code), _("_Remove"));

  csm_channel_text_set_text (CSM_CHANNEL_TEXT (row), text);
  g_signal_connect_object (row, "save", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->codes, g_strdup (code));
}

static void
add_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  CsmChannelReceipt *self = CSM_CHANNEL_RECEIPT (widget);
  const char *code = g_variant_get_string (parameter, NULL);

  if (find_code (self, code, NULL))
    return;
  add_text (self, code, first_text (code));
  changed (self);
  update_languages (self);
}

/* Whoever switches it on has something to send: in their own language, which is likely their customers'. */
static void
enabled_cb (CsmChannelReceipt *self)
{
  if (!self->setting && gtk_switch_get_active (self->enabled) && self->codes->len == 0)
    {
      const char * const *names = g_get_language_names ();
      const char *code = "en";

      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if (names[0] != NULL && g_str_has_prefix (names[0], known[i].code) && known[i].text != NULL)
          code = known[i].code;
      add_text (self, code, first_text (code));
      update_languages (self);
    }
  changed (self);
}

static void
language_cb (CsmChannelReceipt *self)
{
  changed (self);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_channel_receipt_dispose (GObject *object)
{
  CsmChannelReceipt *self = CSM_CHANNEL_RECEIPT (object);

  self->setting = TRUE;
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->codes, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_channel_receipt_parent_class)->dispose (object);
}

static void
csm_channel_receipt_finalize (GObject *object)
{
  CsmChannelReceipt *self = CSM_CHANNEL_RECEIPT (object);

  json_object_unref (self->value);
  G_OBJECT_CLASS (csm_channel_receipt_parent_class)->finalize (object);
}

static void
csm_channel_receipt_class_init (CsmChannelReceiptClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_channel_receipt_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_channel_receipt_finalize;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_CHANNEL_RECEIPT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-channel-receipt.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmChannelReceipt, languages);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelReceipt, enabled);
  gtk_widget_class_bind_template_child (widget_class, CsmChannelReceipt, language_row);
  gtk_widget_class_bind_template_callback (widget_class, enabled_cb);
  gtk_widget_class_bind_template_callback (widget_class, language_cb);
  gtk_widget_class_install_action (widget_class, "receipt.add", "s", add_action);
}

static void
csm_channel_receipt_init (CsmChannelReceipt *self)
{
  self->rows = g_ptr_array_new ();
  self->codes = g_ptr_array_new_with_free_func (g_free);
  self->value = json_object_new ();
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->setting = FALSE;
  update_languages (self);
}

static gboolean
is_same (CsmChannelReceipt *self,
         JsonObject        *texts)
{
  if (texts == NULL || json_object_get_size (texts) != self->codes->len)
    return texts == NULL && self->codes->len == 0;
  for (guint i = 0; i < self->codes->len; i++)
    if (!json_object_has_member (texts, self->codes->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
put_texts (CsmChannelReceipt *self,
           JsonObject        *texts)
{
  JsonObjectIter iter;
  const char *code;
  JsonNode *node;
  guint index;

  if (!is_same (self, texts))
    {
      while (self->rows->len > 0)
        remove_at (self, self->rows->len - 1);
    }
  if (texts == NULL)
    return;
  json_object_iter_init_ordered (&iter, texts);
  while (json_object_iter_next_ordered (&iter, &code, &node))
    {
      if (!csm_json_is_string (node))
        continue;
      if (find_code (self, code, &index))
        csm_channel_text_set_text (self->rows->pdata[index], json_node_get_string (node));
      else
        add_text (self, code, json_node_get_string (node));
    }
}

/* @acknowledgement: (nullable): {enabled, language, texts}, as it is kept; %NULL: never set */
void
csm_channel_receipt_set (CsmChannelReceipt *self,
                         JsonObject        *acknowledgement)
{
  g_return_if_fail (CSM_IS_CHANNEL_RECEIPT (self));
  self->setting = TRUE;
  json_object_unref (self->value);
  self->value = acknowledgement != NULL ? csm_json_copy_object (acknowledgement) : json_object_new ();
  put_texts (self, csm_json_get_object (self->value, "texts"));
  gtk_switch_set_active (self->enabled, csm_json_get_boolean (self->value, "enabled"));
  update_languages (self);
  self->setting = FALSE;
}

/* Returns: (transfer full): {enabled, language, texts} */
JsonObject *
csm_channel_receipt_get (CsmChannelReceipt *self)
{
  g_return_val_if_fail (CSM_IS_CHANNEL_RECEIPT (self), NULL);
  return csm_json_copy_object (self->value);
}

/* Has what was typed kept. */
void
csm_channel_receipt_flush (CsmChannelReceipt *self)
{
  g_return_if_fail (CSM_IS_CHANNEL_RECEIPT (self));
  for (guint i = 0; i < self->rows->len; i++)
    csm_channel_text_flush (self->rows->pdata[i]);
}
