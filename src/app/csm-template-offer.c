/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-template-offer.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-rights.h"
#include "csm-template-keeper.h"
#include "csm-template-look.h"
#include "csm-template-text.h"

struct _CsmTemplateOffer
{
  CsmCasePart   parent_instance;
  GCancellable *cancellable;  /* of what is looked for; NULL: nothing is */
  GHashTable   *refused;      /* set: cases that want none, until the app ends */
  char         *asked_for;    /* the case that was looked for last */
  char         *template_id;  /* what is offered; NULL: nothing */
  GtkWidget    *card;
  GtkLabel     *title;
  GtkLabel     *why;
  GtkWidget    *use_button;
  GtkWidget    *look_button;
  GtkWidget    *no_button;
  GtkWidget    *keep_button;
};

G_DEFINE_FINAL_TYPE (CsmTemplateOffer, csm_template_offer, CSM_TYPE_CASE_PART)

static JsonObject *
find_template (CsmTemplateOffer *self)
{
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  CsmDirectory *directory = workbench != NULL ? csm_workbench_get_directory (workbench) : NULL;

  return directory != NULL && self->template_id != NULL ? csm_directory_lookup (directory, self->template_id) : NULL;
}

static void
show_mode (CsmTemplateOffer *self,
           gboolean          keep)
{
  gtk_widget_set_visible (self->use_button, !keep);
  gtk_widget_set_visible (self->look_button, !keep);
  gtk_widget_set_visible (self->no_button, !keep);
  gtk_widget_set_visible (self->keep_button, keep);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

/* --- what is offered --------------------------------------------------------------------------------------- */

static char *
say_why (CsmTemplateOffer *self,
         CsmTemplateHint  *hint)
{
  CsmWorkbench *workbench = csm_case_part_get_workbench (CSM_CASE_PART (self));
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; hint->tag_ids != NULL && hint->tag_ids[i] != NULL && n < 4; i++)
    {
      const char *name = csm_workbench_get_name (workbench, hint->tag_ids[i]);

      if (name != NULL)
        g_string_append_printf (words, "%s%s", n++ > 0 ? ", " : "", name);
    }
  for (guint i = 0; hint->words != NULL && hint->words[i] != NULL && n < 4; i++)
    g_string_append_printf (words, "%s%s", n++ > 0 ? ", " : "", hint->words[i]);
  return words->len > 0 ? g_strdup_printf (_("Because of: %s"), words->str) : g_strdup ("");
}

static void
show_hint (CsmTemplateOffer *self,
           CsmTemplateHint  *hint)
{
  JsonObject *record;
  g_autofree char *use = NULL;
  g_autofree char *title = NULL;
  g_autofree char *why = say_why (self, hint);

  g_free (self->template_id);
  self->template_id = g_strdup (hint->template_id);
  record = find_template (self);
  if (record == NULL)
    return;
  use = csm_template_say_use (record);
  /* Translators: a template's name, and how often it was used */
  title = g_strdup_printf (_("Like “%s” (%s)"), csm_json_get_string (record, "title"), use);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->why, why);
  show_mode (self, FALSE);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmTemplateOffer) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hints = csm_cache_suggest_templates_finish (CSM_CACHE (source), result, &error);

  if (hints == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Looking for templates failed: %s", error->message);
      return;
    }
  if (hints->len > 0 && self->card != NULL && csm_case_part_get_record (CSM_CASE_PART (self)) != NULL)
    show_hint (self, hints->pdata[0]);
}

static void
stop (CsmTemplateOffer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->asked_for, g_free);
  g_clear_pointer (&self->template_id, g_free);
}

/* Once a case, as long as it is open on the screen. */
static void
look_for (CsmTemplateOffer *self)
{
  CsmCasePart *part = CSM_CASE_PART (self);
  CsmDirectory *directory = csm_workbench_get_directory (csm_case_part_get_workbench (part));

  if (g_strcmp0 (self->asked_for, csm_case_part_get_case_id (part)) == 0)
    return;
  stop (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (directory == NULL || directory->templates == NULL || directory->templates->len == 0)
    return;
  self->asked_for = g_strdup (csm_case_part_get_case_id (part));
  self->cancellable = g_cancellable_new ();
  csm_cache_suggest_templates_async (csm_workbench_get_cache (csm_case_part_get_workbench (part)), self->asked_for, self->cancellable, loaded_cb,
                                     g_object_ref (self));
}

static void
offer_to_keep (CsmTemplateOffer *self,
               JsonObject       *record)
{
  stop (self);
  gtk_label_set_text (self->title, _("This case is done"));
  gtk_label_set_text (self->why, _("Keep its goal, tasks and texts for the next case like it, without the customer."));
  csm_rights_apply (csm_case_part_get_workbench (CSM_CASE_PART (self)), CSM_ACTION_WRITE_TEXTS, self->keep_button);
  show_mode (self, TRUE);
}

static void
csm_template_offer_refresh (CsmCasePart   *part,
                            CsmCaseDetail *detail)
{
  CsmTemplateOffer *self = CSM_TEMPLATE_OFFER (part);
  const char *status = detail != NULL ? csm_json_get_string (detail->record, "status") : NULL;
  gboolean done = g_strcmp0 (status, "resolved") == 0 || g_strcmp0 (status, "closed") == 0;

  if (detail == NULL || g_hash_table_contains (self->refused, csm_case_part_get_case_id (part))
      || csm_json_get_string (detail->record, "mergedIntoId") != NULL
      || (!done && csm_json_get_string (detail->record, "templateId") != NULL))
    {
      stop (self);
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
    }
  else if (done)
    offer_to_keep (self, detail->record);
  else
    look_for (self);
}

static void
csm_template_offer_leave (CsmCasePart *part)
{
  stop (CSM_TEMPLATE_OFFER (part));
  gtk_widget_set_visible (GTK_WIDGET (part), FALSE);
}

/* --- what is done with it ---------------------------------------------------------------------------------- */

static void
use_cb (CsmTemplateOffer *self)
{
  JsonObject *record = find_template (self);

  if (record != NULL)
    csm_template_apply (csm_case_part_get_workbench (CSM_CASE_PART (self)), record, TRUE, NULL);
}

static void
look_cb (CsmTemplateOffer *self)
{
  JsonObject *record = find_template (self);

  if (record != NULL)
    csm_template_look_present (GTK_WIDGET (self), csm_case_part_get_workbench (CSM_CASE_PART (self)), record);
}

static void
no_cb (CsmTemplateOffer *self)
{
  g_hash_table_add (self->refused, g_strdup (csm_case_part_get_case_id (CSM_CASE_PART (self))));
  csm_case_part_refresh (CSM_CASE_PART (self));
}

static void
keep_cb (CsmTemplateOffer *self)
{
  csm_template_keeper_present (GTK_WIDGET (self), csm_case_part_get_workbench (CSM_CASE_PART (self)));
}

static void
csm_template_offer_dispose (GObject *object)
{
  stop (CSM_TEMPLATE_OFFER (object));
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_TEMPLATE_OFFER);
  G_OBJECT_CLASS (csm_template_offer_parent_class)->dispose (object);
}

static void
csm_template_offer_finalize (GObject *object)
{
  g_hash_table_unref (CSM_TEMPLATE_OFFER (object)->refused);
  G_OBJECT_CLASS (csm_template_offer_parent_class)->finalize (object);
}

static void
csm_template_offer_class_init (CsmTemplateOfferClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_template_offer_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_template_offer_finalize;
  CSM_CASE_PART_CLASS (klass)->leave = csm_template_offer_leave;
  CSM_CASE_PART_CLASS (klass)->refresh = csm_template_offer_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-template-offer.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, card);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, title);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, why);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, use_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, look_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, no_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTemplateOffer, keep_button);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, look_cb);
  gtk_widget_class_bind_template_callback (widget_class, no_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
}

static void
csm_template_offer_init (CsmTemplateOffer *self)
{
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
