/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-world.h"

#include "csm-composer.h"
#include "csm-json.h"
#include "csm-outbox-page.h"
#include "csm-time.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"

/* What is done is written on another thread than what is read. */
GPtrArray *
csm_ui_world_wait_outbox (CsmUiDesk *desk,
                          guint      n)
{
  gint64 until = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  GPtrArray *ops = csm_ui_desk_outbox (desk);

  while (ops->len != n && g_get_monotonic_time () < until)
    {
      g_ptr_array_unref (ops);
      ops = csm_ui_desk_outbox (desk);
    }
  g_assert_cmpuint (ops->len, ==, n);
  return ops;
}

static gboolean
has_no_reply (gpointer data)
{
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (data);

  for (guint i = 0; i < ops->len; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION)
      return FALSE;
  return TRUE;
}

/* No reply waits: what came back into the box may be on its way to colleagues, but not to a customer. */
void
csm_ui_world_wait_unsent (CsmUiDesk *desk)
{
  csm_ui_wait_until (has_no_reply, desk, "no reply to wait");
}

static gboolean
is_mapped_type (gpointer data)
{
  gpointer *pair = data;
  GtkWidget *found = csm_ui_find_type (pair[0], *(GType *) pair[1]);

  return found != NULL && gtk_widget_get_mapped (found);
}

void
csm_ui_world_wait_for (GtkWidget *root,
                       GType      type)
{
  gpointer pair[] = { root, &type };

  csm_ui_wait_until (is_mapped_type, pair, g_type_name (type));
}

/* --- making the world move on -------------------------------------------------------------------------------- */

typedef struct
{
  gboolean    done;
  CsmOpBatch *batch;
} Taking;

static gboolean
is_taken (gpointer data)
{
  return ((Taking *) data)->done;
}

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  Taking *taking = data;
  g_autoptr (GError) error = NULL;

  taking->batch = csm_cache_take_ops_finish (CSM_CACHE (source), result, &error);
  g_assert_no_error (error);
  taking->done = TRUE;
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;

  csm_cache_finish_ops_finish (CSM_CACHE (source), result, &error);
  g_assert_no_error (error);
  ((Taking *) data)->done = TRUE;
}

static guint
exchange (CsmUiDesk  *desk,
          const char *error,
          const char *newer_id)
{
  Taking taking = { FALSE, NULL };
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  guint n;

  csm_cache_take_ops_async (desk->cache, 100, csm_time_now () + 60 * CSM_SECOND, TRUE, NULL, taken_cb, &taking);
  csm_ui_wait_until (is_taken, &taking, "what can be sent");
  n = taking.batch->ops->len;
  for (guint i = 0; i < n; i++)
    {
      CsmOperation *op = taking.batch->ops->pdata[i];
      CsmOpResult *result = csm_op_result_new (op->seq, op->type == CSM_TYPE_ID_SEEN || error == NULL ? CSM_OUTCOME_DONE : CSM_OUTCOME_PARK);

      if (result->outcome == CSM_OUTCOME_PARK)
        {
          result->error = g_strdup (error);
          result->newer_id = g_strdup (newer_id);
        }
      g_ptr_array_add (results, result);
    }
  csm_op_batch_free (taking.batch);
  taking.done = FALSE;
  csm_cache_finish_ops_async (desk->cache, results, NULL, finished_cb, &taking);
  csm_ui_wait_until (is_taken, &taking, "the server's answer");
  return n;
}

/* As when the connection is back: what may go goes, and is refused with @error (NULL: taken). */
void
csm_ui_world_reconnect (CsmUiDesk  *desk,
                        const char *error,
                        const char *newer_id)
{
  for (guint i = 0; i < 5 && exchange (desk, error, newer_id) > 0; i++)
    ;
  csm_ui_settle ();
}

/* Ben took the case of María's parcel, twenty minutes ago. */
void
csm_ui_world_let_ben_take (CsmUiDesk *desk)
{
  g_autofree char *when = csm_time_format (csm_time_now () - 20 * 60 * CSM_SECOND);
  g_autofree char *event = g_strdup_printf ("{'id':'y01J00000000000000000000099','caseId':'c01J00000000000000000000001','personId':'p01J00000000000000000000002',"
                                            "'at':'%s','kind':'assigned','property':'ownerId','before':{'value':'p01J00000000000000000000001'},"
                                            "'after':{'value':'p01J00000000000000000000002'}}", when);

  csm_ui_put (desk->cache, CSM_TYPE_ID_EVENT, event);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'c01J00000000000000000000001','subject':'Late parcel','status':'open','lane':'conversation',"
              "'customerId':'u01J00000000000000000000001','ownerId':'p01J00000000000000000000002','teamId':'t01J00000000000000000000001','priority':'high'}");
}

void
csm_ui_world_put_newer (CsmUiDesk  *desk,
                        gboolean    from_ben,
                        const char *text)
{
  g_autofree char *when = csm_time_format (csm_time_now () - 60 * CSM_SECOND);
  g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000998','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'%s','at':'%s','authorId':%s,'from':[{'name':'María López',"
                                           "'address':'customer1@example.org'}],'preview':'%s','textBody':'%s','body':[{'t':'p','s':[{'x':'%s'}]}]}",
                                           from_ben ? "out" : "in", when, from_ben ? "'p01J00000000000000000000002'" : "null", text, text, text);

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
}

GtkWidget *
csm_ui_world_composer (CsmUiDesk *desk)
{
  return csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
}

GtkWidget *
csm_ui_world_reply_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_TEXT_VIEW, "text");
}

void
csm_ui_world_write_reply (CsmUiDesk  *desk,
                          const char *text)
{
  g_settings_set_uint (desk->settings, "send-delay", 0);
  csm_ui_type (csm_ui_world_reply_view (desk), text);
  csm_ui_settle ();
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
}

static char *
dup_reply (CsmUiDesk *desk)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk)));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

typedef struct
{
  CsmUiDesk  *desk;
  GtkWidget  *root;
  const char *text;
} Awaited;

static gboolean
reply_is (gpointer data)
{
  Awaited *awaited = data;
  g_autofree char *text = dup_reply (awaited->desk);

  return g_str_equal (text, awaited->text);
}

void
csm_ui_world_wait_reply (CsmUiDesk  *desk,
                         const char *text)
{
  Awaited awaited = { desk, NULL, text };

  csm_ui_wait_until (reply_is, &awaited, text);
}

static gboolean
has_label (gpointer data)
{
  Awaited *awaited = data;
  GtkWidget *label = csm_ui_find_label (awaited->root, awaited->text);

  return label != NULL && gtk_widget_get_mapped (label);
}

void
csm_ui_world_wait_label (GtkWidget  *root,
                         const char *text)
{
  Awaited awaited = { NULL, root, text };

  csm_ui_wait_until (has_label, &awaited, text);
}

GtkWidget *
csm_ui_world_open_review (CsmUiDesk *desk)
{
  csm_ui_activate (desk->window, "win.show-outbox");
  csm_ui_world_wait_for (desk->window, CSM_TYPE_OUTBOX_PAGE);
  return csm_ui_find_type (desk->window, CSM_TYPE_OUTBOX_PAGE);
}

void
csm_ui_world_check_names (GtkWidget *page)
{
  g_autoptr (GPtrArray) unnamed = csm_ui_unnamed (page);

  for (guint i = 0; i < unnamed->len; i++)
    g_test_message ("without a name: %s", (const char *) unnamed->pdata[i]);
  g_assert_cmpuint (unnamed->len, ==, 0);
}
