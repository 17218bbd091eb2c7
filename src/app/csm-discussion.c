/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-discussion.h"

#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-flash.h"
#include "csm-json.h"
#include "csm-live-line.h"
#include "csm-search-context.h"

/* Rows of different heights: a list box of few is steady where GTK's list view isn't. */
#define FIRST_SHOWN 100
#define STEP_SHOWN 100

struct _CsmDiscussion
{
  AdwBin             parent_instance;
  CsmWorkbench      *workbench;
  GSignalGroup      *signals;
  GtkStack          *stack;
  GtkScrolledWindow *scrolled;
  GtkListBox        *list;
  GtkWidget         *older_button;
  CsmLiveLine       *live;
  CsmCommentBox     *box;
  GHashTable        *rows;      /* comment id → row in the list */
  char              *case_id;   /* whose comments are shown */
  guint              limit;
  gboolean           at_bottom; /* and so shall it stay */
  char              *wanted_id; /* a note that is to be shown as soon as that can be; NULL: none */
  char              *wanted_case_id;
  guint              wanted_source;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmDiscussion, csm_discussion, ADW_TYPE_BIN)

static void refresh (CsmDiscussion *self);

/* --- order ------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmTimelineEntry *entry;
  CsmTimelineEntry *root; /* what it answers in the end, or itself */
} Place;

static const char *
id_of (const CsmTimelineEntry *entry)
{
  return csm_json_get_string (entry->record, "id");
}

static gboolean
is_pinned (const CsmTimelineEntry *entry)
{
  return csm_json_get_boolean (entry->record, "pinned") && !csm_json_get_boolean (entry->record, "deleted");
}

/* Follows answers up. A chain longer than all comments would be a circle. */
static CsmTimelineEntry *
find_root (CsmTimelineEntry *entry,
           GHashTable       *by_id)
{
  for (guint steps = g_hash_table_size (by_id); steps > 0; steps--)
    {
      const char *parent_id = csm_json_get_string (entry->record, "inReplyTo");
      CsmTimelineEntry *parent = parent_id != NULL ? g_hash_table_lookup (by_id, parent_id) : NULL;

      if (parent == NULL)
        return entry;
      entry = parent;
    }
  return entry;
}

/* Pinned notes with their answers first, then by time; answers below what they answer. */
static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *one = a;
  const Place *two = b;
  gboolean pinned_one = is_pinned (one->root);
  gboolean pinned_two = is_pinned (two->root);

  if (pinned_one != pinned_two)
    return pinned_one ? -1 : 1;
  if (one->root != two->root)
    return one->root->at != two->root->at ? (one->root->at < two->root->at ? -1 : 1) : g_strcmp0 (id_of (one->root), id_of (two->root));
  if (one->entry == one->root || two->entry == two->root)
    return one->entry == two->entry ? 0 : one->entry == one->root ? -1 : 1;
  return one->entry->at != two->entry->at ? (one->entry->at < two->entry->at ? -1 : 1) : g_strcmp0 (id_of (one->entry), id_of (two->entry));
}

static GArray *
make_order (GPtrArray *comments,
            guint      limit)
{
  GArray *order = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);
  guint first = comments->len > limit ? comments->len - limit : 0;

  for (guint i = 0; i < comments->len; i++)
    if (i >= first || is_pinned (comments->pdata[i]))
      g_hash_table_insert (by_id, (gpointer) id_of (comments->pdata[i]), comments->pdata[i]);
  for (guint i = 0; i < comments->len; i++)
    if (i >= first || is_pinned (comments->pdata[i]))
      {
        Place place = { comments->pdata[i], find_root (comments->pdata[i], by_id) };

        g_array_append_val (order, place);
      }
  g_array_sort (order, compare_places);
  return order;
}

/* --- rows -------------------------------------------------------------------------------------------------- */

static void
reply_cb (CsmCommentRow *row,
          CsmDiscussion *self)
{
  csm_comment_box_reply (self->box, csm_comment_row_get_comment (row));
}

static void
edit_cb (CsmCommentRow *row,
         CsmDiscussion *self)
{
  csm_comment_box_edit (self->box, csm_comment_row_get_comment (row));
}

/* Rows have their places when they were laid out. */
static gboolean
show_wanted_cb (gpointer data)
{
  CsmDiscussion *self = data;
  GtkWidget *row = self->wanted_id != NULL ? g_hash_table_lookup (self->rows, self->wanted_id) : NULL;

  self->wanted_source = 0;
  if (row == NULL || !gtk_widget_get_mapped (row) || gtk_widget_get_height (row) == 0)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->wanted_id, g_free);
  self->at_bottom = FALSE;
  gtk_widget_grab_focus (row);
  csm_flash (row);
  return G_SOURCE_REMOVE;
}

static void
show_wanted (CsmDiscussion *self)
{
  if (self->wanted_id != NULL && self->wanted_source == 0)
    self->wanted_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, show_wanted_cb, self, NULL);
}

/* Goes to a note, with those before it if need be. */
static void
show_cb (CsmDiscussion *self,
         const char    *id)
{
  g_free (self->wanted_id);
  g_free (self->wanted_case_id);
  self->wanted_id = g_strdup (id);
  self->wanted_case_id = g_strdup (csm_workbench_get_case_id (self->workbench));
  self->at_bottom = FALSE;
  if (!g_hash_table_contains (self->rows, id))
    refresh (self);
  show_wanted (self);
}

static CsmCommentRow *
ensure_row (CsmDiscussion *self,
            const char    *id)
{
  CsmCommentRow *row = g_hash_table_lookup (self->rows, id);

  if (row != NULL)
    return row;
  row = CSM_COMMENT_ROW (csm_comment_row_new (self->workbench));
  g_signal_connect (row, "reply", G_CALLBACK (reply_cb), self);
  g_signal_connect (row, "edit", G_CALLBACK (edit_cb), self);
  g_signal_connect_object (row, "show-note", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->rows, g_strdup (id), g_object_ref_sink (row));
  return row;
}

static gboolean
remove_unused (gpointer key,
               gpointer row,
               gpointer data)
{
  return gtk_widget_get_parent (row) == NULL;
}

/* Rows that stay where they are aren't touched, so that focus, selection and an open menu survive. */
static void
show_comments (CsmDiscussion *self,
               GPtrArray     *comments)
{
  g_autoptr (GArray) order = make_order (comments, self->limit);
  GtkListBoxRow *extra;

  for (guint i = 0; i < order->len; i++)
    {
      const Place *place = &g_array_index (order, Place, i);
      CsmCommentRow *row = ensure_row (self, id_of (place->entry));

      csm_comment_row_show (row, place->entry, place->entry != place->root ? 1 : 0);
      if (gtk_list_box_get_row_at_index (self->list, (int) i) == GTK_LIST_BOX_ROW (row))
        continue;
      if (gtk_widget_get_parent (GTK_WIDGET (row)) != NULL)
        gtk_list_box_remove (self->list, GTK_WIDGET (row));
      gtk_list_box_insert (self->list, GTK_WIDGET (row), (int) i);
    }
  while ((extra = gtk_list_box_get_row_at_index (self->list, (int) order->len)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (extra));
  g_hash_table_foreach_remove (self->rows, remove_unused, NULL);
}

static void
clear (CsmDiscussion *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_hash_table_remove_all (self->rows);
}

static void
refresh (CsmDiscussion *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;
  const char *case_id = self->workbench != NULL ? csm_workbench_get_case_id (self->workbench) : NULL;

  if (g_strcmp0 (case_id, self->case_id) != 0)
    {
      g_free (self->case_id);
      self->case_id = g_strdup (case_id);
      self->limit = FIRST_SHOWN;
      self->at_bottom = TRUE;
      if (g_strcmp0 (self->wanted_case_id, case_id) != 0)
        g_clear_pointer (&self->wanted_id, g_free);
      clear (self);
    }
  if (detail == NULL || detail->comments == NULL)
    {
      clear (self);
      return;
    }
  show_comments (self, detail->comments);
  if (self->wanted_id != NULL && !g_hash_table_contains (self->rows, self->wanted_id))
    {
      self->limit = G_MAXUINT;
      show_comments (self, detail->comments);
    }
  self->at_bottom = self->at_bottom && self->wanted_id == NULL;
  show_wanted (self);
  gtk_widget_set_visible (self->older_button, detail->comments->len > self->limit);
  gtk_stack_set_visible_child_name (self->stack, detail->comments->len > 0 ? "list" : "none");
}

static void
older_cb (CsmDiscussion *self)
{
  self->at_bottom = FALSE;
  self->limit += STEP_SHOWN;
  refresh (self);
}

/* Names may have come. */
static void
directory_cb (CsmDiscussion *self)
{
  clear (self);
  refresh (self);
}

/* --- staying at the newest --------------------------------------------------------------------------------- */

static void
posted_cb (CsmDiscussion *self)
{
  self->at_bottom = TRUE;
}

static void
scrolled_cb (CsmDiscussion *self,
             GtkAdjustment *adjustment)
{
  double bottom = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  self->at_bottom = gtk_adjustment_get_value (adjustment) >= bottom - 2;
}

/* The height is known only now. */
static void
resized_cb (CsmDiscussion *self,
            GtkAdjustment *adjustment)
{
  show_wanted (self);
  if (self->at_bottom)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_discussion_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_DISCUSSION (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_discussion_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  CsmDiscussion *self = CSM_DISCUSSION (object);

  if (id != PROP_WORKBENCH)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    {
      g_signal_group_set_target (self->signals, self->workbench);
      g_object_set (self->box, "workbench", self->workbench, NULL);
      g_object_set (self->live, "workbench", self->workbench, NULL);
      if (self->workbench != NULL)
        csm_search_context_set_notes (csm_search_context_of (self->workbench), GTK_WIDGET (self->list));
      refresh (self);
      g_object_notify_by_pspec (object, pspec);
    }
}

static void
csm_discussion_dispose (GObject *object)
{
  CsmDiscussion *self = CSM_DISCUSSION (object);

  g_clear_handle_id (&self->wanted_source, g_source_remove);
  g_clear_object (&self->signals);
  g_clear_object (&self->workbench);
  if (self->rows != NULL)
    g_hash_table_remove_all (self->rows);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_DISCUSSION);
  G_OBJECT_CLASS (csm_discussion_parent_class)->dispose (object);
}

static void
csm_discussion_finalize (GObject *object)
{
  CsmDiscussion *self = CSM_DISCUSSION (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_free (self->case_id);
  g_free (self->wanted_id);
  g_free (self->wanted_case_id);
  G_OBJECT_CLASS (csm_discussion_parent_class)->finalize (object);
}

static void
csm_discussion_class_init (CsmDiscussionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_discussion_dispose;
  object_class->finalize = csm_discussion_finalize;
  object_class->get_property = csm_discussion_get_property;
  object_class->set_property = csm_discussion_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (CSM_TYPE_COMMENT_BOX);
  g_type_ensure (CSM_TYPE_LIVE_LINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-discussion.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, scrolled);
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, list);
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, older_button);
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, live);
  gtk_widget_class_bind_template_child (widget_class, CsmDiscussion, box);
  gtk_widget_class_bind_template_callback (widget_class, older_cb);
  gtk_widget_class_bind_template_callback (widget_class, posted_cb);
}

static void
csm_discussion_init (CsmDiscussion *self)
{
  GtkAdjustment *adjustment;

  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->limit = FIRST_SHOWN;
  self->at_bottom = TRUE;
  self->signals = g_signal_group_new (CSM_TYPE_WORKBENCH);
  g_signal_group_connect_swapped (self->signals, "notify::detail", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::case-id", G_CALLBACK (refresh), self);
  g_signal_group_connect_swapped (self->signals, "notify::directory", G_CALLBACK (directory_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_after (self, "map", G_CALLBACK (show_wanted), NULL);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (resized_cb), self, G_CONNECT_SWAPPED);
}

/* The note to colleagues gets the keyboard. */
void
csm_discussion_focus_box (CsmDiscussion *self)
{
  g_return_if_fail (CSM_IS_DISCUSSION (self));
  csm_comment_box_focus (self->box);
}

/**
 * csm_discussion_show_note:
 * @self: a discussion
 * @note_id: a note of the open case, which may still be read
 *
 * Brings it into view, with those before it if need be, gives it the keyboard and lights it up.
 */
void
csm_discussion_show_note (CsmDiscussion *self,
                          const char    *note_id)
{
  g_return_if_fail (CSM_IS_DISCUSSION (self) && note_id != NULL);
  if (self->workbench != NULL)
    show_cb (self, note_id);
}

/* Keeps what was typed. */
void
csm_discussion_flush (CsmDiscussion *self)
{
  csm_comment_box_flush (self->box);
}

/* Keeps what was typed, and calls @done with @data when another window can read it. */
void
csm_discussion_flush_then (CsmDiscussion  *self,
                           GDestroyNotify  done,
                           gpointer        data)
{
  g_return_if_fail (CSM_IS_DISCUSSION (self));
  csm_comment_box_flush_then (self->box, done, data);
}

/* Names a colleague in the note, with the keyboard behind the name. */
void
csm_discussion_mention (CsmDiscussion *self,
                        const char    *name)
{
  g_return_if_fail (CSM_IS_DISCUSSION (self));
  csm_comment_box_mention (self->box, name);
}

/* Puts words of a message into the note. */
void
csm_discussion_quote (CsmDiscussion *self,
                      const char    *text)
{
  g_return_if_fail (CSM_IS_DISCUSSION (self));
  csm_comment_box_quote (self->box, text);
}
