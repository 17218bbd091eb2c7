/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipient-completion.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-recipient-suggest.h"
#include "csm-recipient-text.h"

#define MAX_ROWS 8
#define PAUSE_MS 80
#define AVATAR_SIZE 24

struct _CsmRecipientCompletion
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;    /* NULL: nobody is signed in */
  GtkListBox   *list;
  GtkEntry     *entry;        /* into which was typed last; its parent's, not owned */
  GPtrArray    *hints;        /* of the rows */
  GPtrArray    *customers;    /* who was found; NULL: nobody was looked for */
  char         *typed;        /* of the recipient that is being written */
  GCancellable *cancellable;  /* of who is being looked for; NULL: nobody */
  guint         pause_id;
};

G_DEFINE_FINAL_TYPE (CsmRecipientCompletion, csm_recipient_completion, GTK_TYPE_POPOVER)

static void
tell (CsmRecipientCompletion *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (self->entry == NULL)
    return;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_EXPANDED, gtk_widget_get_visible (GTK_WIDGET (self)), -1);
  if (row != NULL && gtk_widget_get_visible (GTK_WIDGET (self)))
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

/* Nobody waits for what is still being looked for. */
static void
stop_looking (CsmRecipientCompletion *self)
{
  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
put_away (CsmRecipientCompletion *self)
{
  stop_looking (self);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  g_clear_pointer (&self->typed, g_free);
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_list_box_unselect_all (self->list);
  tell (self);
}

/* Returns: (transfer full): the one that the cursor is in */
static char *
dup_typed (GtkEntry *entry,
           gsize    *start,
           gsize    *end)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  gsize cursor = (gsize) (g_utf8_offset_to_pointer (text, gtk_editable_get_position (GTK_EDITABLE (entry))) - text);

  csm_recipients_at (text, cursor, start, end);
  return g_strstrip (g_strndup (text + *start, *end - *start));
}

static void
take (CsmRecipientCompletion *self,
      guint                   index)
{
  const CsmRecipientHint *hint = index < self->hints->len ? self->hints->pdata[index] : NULL;
  GtkEditable *entry = GTK_EDITABLE (self->entry);
  const char *text = gtk_editable_get_text (entry);
  g_autofree char *typed = NULL;
  g_autofree char *written = NULL;
  g_autofree char *whole = NULL;
  gsize start;
  gsize end;
  int cursor;

  if (hint == NULL)
    return;
  typed = dup_typed (self->entry, &start, &end);
  written = csm_recipients_write_one (hint->name, hint->address);
  /* The next one can be written at once. */
  whole = g_strdup_printf ("%.*s%s%s%s", (int) start, text, written, text[end] == '\0' ? ", " : "", text + end);
  cursor = (int) (g_utf8_strlen (text, (gssize) start) + g_utf8_strlen (written, -1) + (text[end] == '\0' ? 2 : 0));
  put_away (self);
  gtk_editable_set_text (entry, whole);
  gtk_editable_set_position (entry, cursor);
  put_away (self);
}

static void
row_activated_cb (CsmRecipientCompletion *self,
                  GtkListBoxRow          *row)
{
  take (self, (guint) gtk_list_box_row_get_index (row));
}

/* --- what is shown ------------------------------------------------------------------------------------------ */

static GtkWidget *
make_row (const CsmRecipientHint *hint)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (hint->name);
  GtkWidget *why = gtk_label_new (hint->why);
  gboolean named = !g_str_equal (hint->name, hint->address);
  g_autofree char *words = named ? g_strdup_printf ("%s, %s, %s", hint->name, hint->address, hint->why) : g_strdup_printf ("%s, %s", hint->address, hint->why);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 28);
  gtk_box_append (GTK_BOX (column), name);
  if (named)
    {
      GtkWidget *address = gtk_label_new (hint->address);

      gtk_label_set_xalign (GTK_LABEL (address), 0);
      gtk_label_set_ellipsize (GTK_LABEL (address), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (address), 32);
      gtk_widget_add_css_class (address, "caption");
      gtk_widget_add_css_class (address, "dim-label");
      gtk_box_append (GTK_BOX (column), address);
    }
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (why), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (why, "caption");
  gtk_widget_add_css_class (why, "dim-label");
  gtk_box_append (GTK_BOX (box), adw_avatar_new (AVATAR_SIZE, hint->name, named));
  gtk_box_append (GTK_BOX (box), column);
  gtk_box_append (GTK_BOX (box), why);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static gboolean
is_same (GPtrArray *a,
         GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    if (!g_str_equal (((CsmRecipientHint *) a->pdata[i])->address, ((CsmRecipientHint *) b->pdata[i])->address))
      return FALSE;
  return a->len == b->len;
}

/* The others stay where they are when more are found. */
static void
fill (CsmRecipientCompletion *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *others = NULL;
  g_autofree char *typed = NULL;
  g_autoptr (JsonArray) present = NULL;
  g_autoptr (GPtrArray) hints = NULL;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int selected = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  gsize start;
  gsize end;

  typed = dup_typed (self->entry, &start, &end);
  others = g_strdup_printf ("%.*s%s", (int) start, text, text + end);
  present = csm_recipients_read (others);
  hints = csm_recipient_suggest (typed, present, detail, directory, self->customers, MAX_ROWS);
  if (is_same (hints, self->hints))
    return;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_ptr_array_unref (self->hints);
  self->hints = g_steal_pointer (&hints);
  for (guint i = 0; i < self->hints->len; i++)
    gtk_list_box_append (self->list, make_row (self->hints->pdata[i]));
  if (selected >= 0)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, selected));
}

/* An address that is whole is what its writer means, unless they choose. */
static gboolean
is_whole (const char *typed)
{
  g_autoptr (JsonArray) list = csm_recipients_read (typed);
  const char *dot = strrchr (typed, '.');

  return list != NULL && dot != NULL && strchr (dot, '@') == NULL && dot[1] != '\0';
}

static void
show (CsmRecipientCompletion *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  GdkRectangle place = { 0, 0, gtk_widget_get_width (GTK_WIDGET (self->entry)), gtk_widget_get_height (GTK_WIDGET (self->entry)) };
  double x = 0;
  double y = 0;

  fill (self);
  if (self->hints->len == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self->entry)))
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      tell (self);
      return;
    }
  if (is_whole (self->typed))
    gtk_list_box_unselect_all (self->list);
  else if (gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  gtk_widget_translate_coordinates (GTK_WIDGET (self->entry), parent, 0, 0, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &place);
  gtk_popover_popup (GTK_POPOVER (self));
  tell (self);
}

/* --- who is in the database --------------------------------------------------------------------------------- */

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmRecipientCompletion) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) customers = csm_cache_find_customers_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (customers == NULL)
    {
      g_warning ("Looking for recipients failed: %s", error->message);
      return;
    }
  if (self->workbench == NULL || self->typed == NULL || self->cancellable == NULL)
    return;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  self->customers = g_steal_pointer (&customers);
  show (self);
}

static gboolean
pause_cb (gpointer data)
{
  CsmRecipientCompletion *self = data;
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  self->pause_id = 0;
  if (cache == NULL)
    return G_SOURCE_REMOVE;
  self->cancellable = g_cancellable_new ();
  csm_cache_find_customers_async (cache, self->typed, MAX_ROWS, self->cancellable, found_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/**
 * csm_recipient_completion_update:
 * @self: a popover
 * @entry: in which somebody types
 *
 * Shows who may be meant: who is at hand at once, and who is in the database when the typing pauses.
 */
void
csm_recipient_completion_update (CsmRecipientCompletion *self,
                                 GtkEntry               *entry)
{
  gsize start;
  gsize end;
  g_autofree char *typed = dup_typed (entry, &start, &end);

  g_return_if_fail (CSM_IS_RECIPIENT_COMPLETION (self));
  if (self->entry != entry)
    put_away (self);
  self->entry = entry;
  if (self->workbench == NULL || typed[0] == '\0')
    {
      put_away (self);
      return;
    }
  if (g_strcmp0 (typed, self->typed) == 0)
    return;
  stop_looking (self);
  g_free (self->typed);
  self->typed = g_steal_pointer (&typed);
  gtk_list_box_unselect_all (self->list);
  show (self);
  self->pause_id = g_timeout_add (PAUSE_MS, pause_cb, self);
}

/* --- keys --------------------------------------------------------------------------------------------------- */

static void
step (CsmRecipientCompletion *self,
      int                     by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int n = (int) self->hints->len;
  int at = row != NULL ? gtk_list_box_row_get_index (row) + by : by > 0 ? 0 : n - 1;

  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (at + n) % n));
  tell (self);
}

static gboolean
key_pressed_cb (CsmRecipientCompletion *self,
                guint                   keyval,
                guint                   keycode,
                GdkModifierType         state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)) || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return FALSE;
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      step (self, keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
      if (row == NULL)
        put_away (self);
      else
        take (self, (guint) gtk_list_box_row_get_index (row));
      return row != NULL;
    case GDK_KEY_Escape:
      put_away (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- all ---------------------------------------------------------------------------------------------------- */

static void
csm_recipient_completion_dispose (GObject *object)
{
  CsmRecipientCompletion *self = CSM_RECIPIENT_COMPLETION (object);

  stop_looking (self);
  self->entry = NULL;
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_recipient_completion_parent_class)->dispose (object);
}

static void
csm_recipient_completion_finalize (GObject *object)
{
  CsmRecipientCompletion *self = CSM_RECIPIENT_COMPLETION (object);

  g_clear_pointer (&self->hints, g_ptr_array_unref);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  g_free (self->typed);
  G_OBJECT_CLASS (csm_recipient_completion_parent_class)->finalize (object);
}

static void
csm_recipient_completion_class_init (CsmRecipientCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_recipient_completion_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_recipient_completion_finalize;
}

static void
csm_recipient_completion_init (CsmRecipientCompletion *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  self->hints = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_recipient_hint_free);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_add_css_class (list, "picker-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("People"), -1);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), list);
  /* Typing goes on while it is open. */
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

/**
 * csm_recipient_completion_new:
 * @parent: what the entries are in; it unparents the popover
 *
 * Returns: (transfer none): a popover
 */
GtkWidget *
csm_recipient_completion_new (GtkWidget *parent)
{
  GtkWidget *self = g_object_new (CSM_TYPE_RECIPIENT_COMPLETION, NULL);

  gtk_widget_set_parent (self, parent);
  return self;
}

/* @workbench: (nullable): of whose people, in whose open case */
void
csm_recipient_completion_set_workbench (CsmRecipientCompletion *self,
                                        CsmWorkbench           *workbench)
{
  g_return_if_fail (CSM_IS_RECIPIENT_COMPLETION (self));
  if (g_set_object (&self->workbench, workbench))
    put_away (self);
}

/* Its keys are the popover's while that is shown. */
void
csm_recipient_completion_add_entry (CsmRecipientCompletion *self,
                                    GtkEntry               *entry)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (put_away), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), focus);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_AUTOCOMPLETE, GTK_ACCESSIBLE_AUTOCOMPLETE_LIST,
                                  GTK_ACCESSIBLE_PROPERTY_HAS_POPUP, TRUE, -1);
}

guint
csm_recipient_completion_count (CsmRecipientCompletion *self)
{
  return self->hints->len;
}
