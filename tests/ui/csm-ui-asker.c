/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-asker.h"

#include "csm-error.h"
#include "csm-json.h"

struct _CsmUiAsker
{
  CsmMailboxAsker  parent_instance;
  GHashTable      *answers;   /* name → JsonObject, or a sentence in `refusals` */
  GHashTable      *refusals;
  GHashTable      *asked;     /* name → JsonObject: the last arguments */
  char            *browsed;   /* where the browser went last, or NULL */
  guint            count;
  gboolean         holds;     /* the next question is never answered */
};

G_DEFINE_FINAL_TYPE (CsmUiAsker, csm_ui_asker, CSM_TYPE_MAILBOX_ASKER)

static void
cancelled_cb (GCancellable *cancellable,
              GTask        *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nobody waits");
  g_object_unref (task);
}

static void
ask_async (CsmMailboxAsker     *asker,
           const char          *name,
           JsonNode            *arguments,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  CsmUiAsker *self = CSM_UI_ASKER (asker);
  GTask *task = g_task_new (self, NULL, callback, user_data);
  JsonObject *answer = g_hash_table_lookup (self->answers, name);
  const char *refusal = g_hash_table_lookup (self->refusals, name);

  self->count++;
  g_hash_table_insert (self->asked, g_strdup (name), json_node_dup_object (arguments));
  if (self->holds)
    {
      self->holds = FALSE;
      g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task, 0);
      return;
    }
  if (refusal != NULL)
    g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_INVALID, "%s", refusal);
  else
    {
      JsonNode *node = json_node_new (JSON_NODE_OBJECT);

      g_assert_nonnull (answer);
      json_node_take_object (node, csm_json_copy_object (answer));
      g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
    }
  g_object_unref (task);
}

static JsonNode *
ask_finish (CsmMailboxAsker  *asker,
            GAsyncResult     *result,
            GError          **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
browse (CsmMailboxAsker *asker,
        const char      *url)
{
  CsmUiAsker *self = CSM_UI_ASKER (asker);

  g_free (self->browsed);
  self->browsed = g_strdup (url);
}

static void
csm_ui_asker_finalize (GObject *object)
{
  CsmUiAsker *self = CSM_UI_ASKER (object);

  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->refusals);
  g_hash_table_unref (self->asked);
  g_free (self->browsed);
  G_OBJECT_CLASS (csm_ui_asker_parent_class)->finalize (object);
}

static void
csm_ui_asker_class_init (CsmUiAskerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_ui_asker_finalize;
  CSM_MAILBOX_ASKER_CLASS (klass)->ask_async = ask_async;
  CSM_MAILBOX_ASKER_CLASS (klass)->ask_finish = ask_finish;
  CSM_MAILBOX_ASKER_CLASS (klass)->browse = browse;
}

static void
csm_ui_asker_init (CsmUiAsker *self)
{
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  self->refusals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
}

CsmUiAsker *
csm_ui_asker_new (void)
{
  return g_object_new (CSM_UI_TYPE_ASKER, NULL);
}

/* @json: with single quotes for double ones; the answer from now on */
void
csm_ui_asker_answer (CsmUiAsker *self,
                     const char *name,
                     const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *answer = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  g_hash_table_insert (self->answers, g_strdup (name), answer);
  g_hash_table_remove (self->refusals, name);
}

/* From now on @name fails with @sentence. */
void
csm_ui_asker_refuse (CsmUiAsker *self,
                     const char *name,
                     const char *sentence)
{
  g_hash_table_insert (self->refusals, g_strdup (name), g_strdup (sentence));
}

/* Nothing answers the next question until nobody waits for it any more. */
void
csm_ui_asker_hold (CsmUiAsker *self)
{
  self->holds = TRUE;
}

/* Returns: (transfer none): what was asked last by that name; it must have been */
JsonObject *
csm_ui_asker_asked (CsmUiAsker *self,
                    const char *name)
{
  JsonObject *arguments = g_hash_table_lookup (self->asked, name);

  g_assert_nonnull (arguments);
  return arguments;
}

/* Returns: how many questions there were */
guint
csm_ui_asker_count (CsmUiAsker *self)
{
  return self->count;
}

/* Returns: (transfer none) (nullable): where the browser went last */
const char *
csm_ui_asker_browsed (CsmUiAsker *self)
{
  return self->browsed;
}
