/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-completion.h"

#include <string.h>

#define MAX_CUSTOMERS 8
#define PAUSE_MS 80
#define AVATAR_SIZE 24

struct _CsmCompletion
{
  GtkPopover               parent_instance;
  const CsmCompletionKind *kind;
  CsmWorkbench            *workbench;    /* NULL: nobody is signed in */
  GtkListBox              *list;
  GtkEditable             *entry;        /* into which was typed last; its parent's, not owned */
  GPtrArray               *offers;       /* of the rows */
  GPtrArray               *customers;    /* who was found; NULL: nobody was looked for */
  char                    *typed;        /* all of it, and where: so were the offers made; NULL: they are put away */
  gsize                    cursor;
  GCancellable            *cancellable;  /* of who is being looked for; NULL: nobody */
  guint                    pause_id;
};

G_DEFINE_FINAL_TYPE (CsmCompletion, csm_completion, GTK_TYPE_POPOVER)

void
csm_offer_free (CsmOffer *offer)
{
  g_free (offer->title);
  g_free (offer->subtitle);
  g_free (offer->detail);
  g_free (offer->insert);
  g_free (offer);
}

static void
tell (CsmCompletion *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  gboolean shown = gtk_widget_get_visible (GTK_WIDGET (self));

  if (self->entry == NULL)
    return;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_EXPANDED, shown, -1);
  if (row != NULL && shown)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

/* Nobody waits for what is still being looked for. */
static void
stop_looking (CsmCompletion *self)
{
  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* Offers nothing until somebody types again. */
void
csm_completion_put_away (CsmCompletion *self)
{
  g_return_if_fail (CSM_IS_COMPLETION (self));
  stop_looking (self);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  g_clear_pointer (&self->typed, g_free);
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_list_box_unselect_all (self->list);
  tell (self);
}

static gsize
cursor_of (GtkEditable *entry)
{
  const char *text = gtk_editable_get_text (entry);

  return (gsize) (g_utf8_offset_to_pointer (text, gtk_editable_get_position (entry)) - text);
}

static void
take (CsmCompletion *self,
      guint          index)
{
  const CsmOffer *offer = index < self->offers->len ? self->offers->pdata[index] : NULL;
  GtkEditable *entry = self->entry;
  const char *text = gtk_editable_get_text (entry);
  g_autofree char *whole = NULL;
  int cursor;

  if (offer == NULL || offer->end > strlen (text))
    return;
  whole = g_strdup_printf ("%.*s%s%s", (int) offer->start, text, offer->insert, text + offer->end);
  cursor = (int) (g_utf8_strlen (text, (gssize) offer->start) + g_utf8_strlen (offer->insert, -1));
  csm_completion_put_away (self);
  gtk_editable_set_text (entry, whole);
  gtk_editable_set_position (entry, cursor);
  if (self->kind->goes_on)
    csm_completion_update (self, entry);
  else
    csm_completion_put_away (self);
}

static void
row_activated_cb (CsmCompletion *self,
                  GtkListBoxRow *row)
{
  take (self, (guint) gtk_list_box_row_get_index (row));
}

/* --- what is shown ------------------------------------------------------------------------------------------ */

static GtkWidget *
make_small_label (const char         *text,
                  PangoEllipsizeMode  ellipsize)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static GtkWidget *
make_words (const CsmOffer *offer)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (offer->title);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (title), 32);
  gtk_box_append (GTK_BOX (column), title);
  if (offer->subtitle != NULL)
    {
      GtkWidget *subtitle = make_small_label (offer->subtitle, PANGO_ELLIPSIZE_MIDDLE);

      gtk_label_set_xalign (GTK_LABEL (subtitle), 0);
      gtk_label_set_max_width_chars (GTK_LABEL (subtitle), 32);
      gtk_box_append (GTK_BOX (column), subtitle);
    }
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (column, TRUE);
  return column;
}

static GtkWidget *
make_row (const CsmOffer *offer)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  g_autoptr (GString) said = g_string_new (offer->title);

  if (offer->subtitle != NULL)
    g_string_append_printf (said, ", %s", offer->subtitle);
  if (offer->detail != NULL)
    g_string_append_printf (said, ", %s", offer->detail);
  gtk_box_append (GTK_BOX (box), offer->icon != NULL ? gtk_image_new_from_icon_name (offer->icon)
                                                     : adw_avatar_new (AVATAR_SIZE, offer->title, offer->subtitle != NULL));
  gtk_box_append (GTK_BOX (box), make_words (offer));
  if (offer->detail != NULL)
    gtk_box_append (GTK_BOX (box), make_small_label (offer->detail, PANGO_ELLIPSIZE_END));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said->str, -1);
  return row;
}

static gboolean
is_same (GPtrArray *a,
         GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    {
      const CsmOffer *one = a->pdata[i], *other = b->pdata[i];

      if (g_strcmp0 (one->insert, other->insert) != 0 || g_strcmp0 (one->title, other->title) != 0 || g_strcmp0 (one->detail, other->detail) != 0)
        return FALSE;
    }
  return a->len == b->len;
}

/* The others stay where they are when more are found. */
static void
fill (CsmCompletion *self)
{
  g_autoptr (GPtrArray) offers = self->kind->suggest (self->workbench, gtk_editable_get_text (self->entry), cursor_of (self->entry), self->customers);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int selected = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  gboolean same = is_same (offers, self->offers);

  g_ptr_array_unref (self->offers);
  self->offers = g_steal_pointer (&offers);
  if (same)
    return;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < self->offers->len; i++)
    gtk_list_box_append (self->list, make_row (self->offers->pdata[i]));
  if (selected >= 0)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, selected));
}

/* Whether the first one is chosen by itself */
static gboolean
is_eager (CsmCompletion *self)
{
  return self->kind->is_whole != NULL && !self->kind->is_whole (gtk_editable_get_text (self->entry), cursor_of (self->entry));
}

static void
popup (CsmCompletion *self)
{
  GtkWidget *entry = GTK_WIDGET (self->entry);
  GdkRectangle place = { 0, 0, gtk_widget_get_width (entry), gtk_widget_get_height (entry) };
  double x = 0;
  double y = 0;

  gtk_widget_translate_coordinates (entry, gtk_widget_get_parent (GTK_WIDGET (self)), 0, 0, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &place);
  gtk_popover_popup (GTK_POPOVER (self));
}

static void
show (CsmCompletion *self)
{
  fill (self);
  if (self->offers->len == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self->entry)))
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      tell (self);
      return;
    }
  if (is_eager (self) && gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  popup (self);
  tell (self);
}

/* --- who is in the database --------------------------------------------------------------------------------- */

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmCompletion) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) customers = csm_cache_find_customers_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (customers == NULL)
    {
      g_warning ("Looking for customers failed: %s", error->message);
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
  CsmCompletion *self = data;
  CsmCache *cache = csm_workbench_get_cache (self->workbench);
  g_autofree char *sought = self->kind->sought (self->typed, self->cursor);

  self->pause_id = 0;
  if (cache == NULL || sought == NULL)
    return G_SOURCE_REMOVE;
  self->cancellable = g_cancellable_new ();
  csm_cache_find_customers_async (cache, sought, MAX_CUSTOMERS, self->cancellable, found_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/**
 * csm_completion_update:
 * @self: a popover
 * @entry: in which somebody types
 *
 * Shows what may be meant: what is at hand at once, and who is in the database when the typing pauses. With nothing typed it
 * waits for the key that asks.
 */
void
csm_completion_update (CsmCompletion *self,
                       GtkEditable   *entry)
{
  const char *text = gtk_editable_get_text (entry);
  gsize cursor = cursor_of (entry);
  g_autofree char *sought = NULL;

  g_return_if_fail (CSM_IS_COMPLETION (self));
  if (self->entry != entry)
    csm_completion_put_away (self);
  self->entry = entry;
  if (self->workbench == NULL || text[strspn (text, " ")] == '\0')
    {
      csm_completion_put_away (self);
      return;
    }
  if (g_strcmp0 (text, self->typed) == 0 && cursor == self->cursor)
    return;
  stop_looking (self);
  g_free (self->typed);
  self->typed = g_strdup (text);
  self->cursor = cursor;
  gtk_list_box_unselect_all (self->list);
  show (self);
  sought = self->kind->sought != NULL ? self->kind->sought (text, cursor) : NULL;
  if (sought != NULL)
    self->pause_id = g_timeout_add (PAUSE_MS, pause_cb, self);
}

/* --- keys --------------------------------------------------------------------------------------------------- */

static void
step (CsmCompletion *self,
      int            by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int n = (int) self->offers->len;
  int at = row != NULL ? gtk_list_box_row_get_index (row) + by : by > 0 ? 0 : n - 1;

  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (at + n) % n));
  tell (self);
}

/* Down in an empty entry asks. */
static gboolean
ask (CsmCompletion *self,
     GtkEditable   *entry,
     guint          keyval)
{
  const char *text = gtk_editable_get_text (entry);

  if (keyval != GDK_KEY_Down || self->workbench == NULL || text[strspn (text, " ")] != '\0')
    return FALSE;
  self->entry = entry;
  fill (self);
  if (self->offers->len == 0)
    return FALSE;
  popup (self);
  return TRUE;
}

/**
 * csm_completion_key:
 * @self: a popover
 * @entry: an entry
 * @keyval: what was pressed in it
 *
 * Returns: whether it was for the popover
 */
gboolean
csm_completion_key (CsmCompletion *self,
                    GtkEditable   *entry,
                    guint          keyval)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && !ask (self, entry, keyval))
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
      if (row != NULL)
        take (self, (guint) gtk_list_box_row_get_index (row));
      else if (keyval == GDK_KEY_Tab && self->kind->is_whole == NULL)
        take (self, 0);
      else
        csm_completion_put_away (self);
      return row != NULL || (keyval == GDK_KEY_Tab && self->kind->is_whole == NULL);
    case GDK_KEY_Escape:
      csm_completion_put_away (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (CsmCompletion         *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GtkEventControllerKey *keys)
{
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (keys));

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return FALSE;
  return csm_completion_key (self, GTK_EDITABLE (entry), keyval);
}

/* --- all ---------------------------------------------------------------------------------------------------- */

static void
csm_completion_dispose (GObject *object)
{
  CsmCompletion *self = CSM_COMPLETION (object);

  stop_looking (self);
  self->entry = NULL;
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_completion_parent_class)->dispose (object);
}

static void
csm_completion_finalize (GObject *object)
{
  CsmCompletion *self = CSM_COMPLETION (object);

  g_clear_pointer (&self->offers, g_ptr_array_unref);
  g_clear_pointer (&self->customers, g_ptr_array_unref);
  g_free (self->typed);
  G_OBJECT_CLASS (csm_completion_parent_class)->finalize (object);
}

static void
csm_completion_class_init (CsmCompletionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_completion_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_completion_finalize;
}

static void
csm_completion_init (CsmCompletion *self)
{
  GtkWidget *list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (list);
  self->offers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_offer_free);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_add_css_class (list, "picker-list");
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
 * csm_completion_new:
 * @kind: static: what is completed
 * @parent: what the entries are in; it unparents the popover
 *
 * Returns: (transfer none): a popover
 */
GtkWidget *
csm_completion_new (const CsmCompletionKind *kind,
                    GtkWidget               *parent)
{
  CsmCompletion *self = g_object_new (CSM_TYPE_COMPLETION, NULL);

  self->kind = kind;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, kind->say (), -1);
  gtk_widget_set_parent (GTK_WIDGET (self), parent);
  return GTK_WIDGET (self);
}

/* @workbench: (nullable): of whose records, in whose open case */
void
csm_completion_set_workbench (CsmCompletion *self,
                              CsmWorkbench  *workbench)
{
  g_return_if_fail (CSM_IS_COMPLETION (self));
  if (g_set_object (&self->workbench, workbench))
    csm_completion_put_away (self);
}

/* Its keys are the popover's while that is shown. */
void
csm_completion_add_entry (CsmCompletion *self,
                          GtkEditable   *entry)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_return_if_fail (CSM_IS_COMPLETION (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (csm_completion_put_away), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (entry), focus);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_AUTOCOMPLETE, GTK_ACCESSIBLE_AUTOCOMPLETE_LIST,
                                  GTK_ACCESSIBLE_PROPERTY_HAS_POPUP, TRUE, -1);
}

guint
csm_completion_count (CsmCompletion *self)
{
  return self->offers->len;
}
