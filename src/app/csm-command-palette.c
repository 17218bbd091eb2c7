/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-command-palette.h"

#include <glib/gi18n.h>

#include "csm-palette-item.h"

#define WIDTH 480
#define HEIGHT 420
#define MARGIN 12
/* Nobody reads further before typing another letter. */
#define MAX_ROWS 60
#define MAX_CASES 6

struct _CsmCommandPalette
{
  GtkPopover    parent_instance;
  GtkWidget    *window;       /* weak: its parent */
  CsmWorkbench *workbench;
  GtkWidget    *entry;
  GtkWidget    *list;
  GtkWidget    *scrolled;
  GPtrArray    *commands;     /* without cases */
  GPtrArray    *cases;        /* CsmPaletteItem */
  GCancellable *cancellable;  /* of the search for cases */
  CsmPaletteItem   *chosen;       /* is run when it has closed: then the focus is where it was */
};

G_DEFINE_FINAL_TYPE (CsmCommandPalette, csm_command_palette, GTK_TYPE_POPOVER)

/* --- rows ------------------------------------------------------------------------------------------------------------ */

static CsmPaletteItem *
command_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "command");
}

/* An action that can't be done now is shown so: a button knows that, and nobody else can ask. */
static GtkWidget *
create_probe (CsmPaletteItem    *command,
              GtkListBoxRow *row)
{
  GtkWidget *probe = gtk_button_new ();

  gtk_widget_set_visible (probe, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (probe), csm_palette_item_get_action (command));
  if (csm_palette_item_get_target (command) != NULL)
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (probe), csm_palette_item_get_target (command));
  g_object_bind_property (probe, "sensitive", row, "sensitive", G_BINDING_SYNC_CREATE);
  return probe;
}

static GtkWidget *
create_label (const char *text,
              gboolean    dim)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  if (dim)
    gtk_widget_add_css_class (label, "dim-label");
  return label;
}

/* Of several keys the first */
static GtkWidget *
create_keys (const char *accel)
{
  g_auto (GStrv) keys = g_strsplit (accel, " ", 2);
  GtkWidget *label;
  g_autofree char *text = NULL;
  guint key;
  GdkModifierType modifiers;

  if (keys[0] == NULL || !gtk_accelerator_parse (keys[0], &key, &modifiers))
    return NULL;
  text = gtk_accelerator_get_label (key, modifiers);
  label = create_label (text, TRUE);
  gtk_widget_add_css_class (label, "caption");
  return label;
}

static GtkWidget *
create_row (CsmPaletteItem *command)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *title = create_label (csm_palette_item_get_title (command), FALSE);
  GtkWidget *keys = csm_palette_item_get_accel (command) != NULL ? create_keys (csm_palette_item_get_accel (command)) : NULL;

  g_object_set_data_full (G_OBJECT (row), "command", g_object_ref (command), g_object_unref);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (csm_palette_item_get_icon (command)));
  gtk_box_append (GTK_BOX (box), title);
  if (csm_palette_item_get_detail (command) != NULL)
    gtk_box_append (GTK_BOX (box), create_label (csm_palette_item_get_detail (command), TRUE));
  if (keys != NULL)
    gtk_box_append (GTK_BOX (box), keys);
  gtk_box_append (GTK_BOX (box), create_probe (command, GTK_LIST_BOX_ROW (row)));
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, csm_palette_item_get_title (command), -1);
  return row;
}

static void
set_header (GtkListBoxRow *row,
            GtkListBoxRow *before,
            gpointer       data)
{
  static const char *const titles[] = {
    [CSM_PALETTE_ACTION] = N_("Do"),
    [CSM_PALETTE_VIEW] = N_("Go To"),
    [CSM_PALETTE_PERSON] = N_("People"),
    [CSM_PALETTE_CASE] = N_("Cases"),
  };
  CsmPaletteKind kind = csm_palette_item_get_kind (command_of (row));
  GtkWidget *label;

  if (before != NULL && csm_palette_item_get_kind (command_of (before)) == kind)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = create_label (_(titles[kind]), TRUE);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_set_margin_start (label, 9);
  gtk_widget_set_margin_top (label, 9);
  gtk_widget_set_margin_bottom (label, 3);
  gtk_list_box_row_set_header (row, label);
}

/* --- what fits what was typed ------------------------------------------------------------------------------------------ */

static void
select_first (CsmCommandPalette *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    if (gtk_widget_get_sensitive (GTK_WIDGET (row)))
      {
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
        return;
      }
}

static void
fill (CsmCommandPalette *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  /* With nothing typed, first where somebody was. */
  for (guint i = 0; typed[0] == '\0' && i < self->cases->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (self->cases->pdata[i]));
  for (guint i = 0; i < self->commands->len && n < MAX_ROWS; i++)
    if (csm_palette_item_matches (self->commands->pdata[i], typed))
      {
        gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (self->commands->pdata[i]));
        n++;
      }
  for (guint i = 0; typed[0] != '\0' && i < self->cases->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), create_row (self->cases->pdata[i]));
  select_first (self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled)), 0);
}

static void
on_cases (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmCommandPalette) self = data;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more;
  g_autoptr (GArray) rowids = csm_cache_open_list_finish (CSM_CACHE (source), result, &rows, &more, &error);

  if (rowids == NULL || self->workbench == NULL)
    return;
  g_ptr_array_set_size (self->cases, 0);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (self->cases, csm_palette_item_new_case (rows->pdata[i]));
  fill (self);
}

static void
find_cases (CsmCommandPalette *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (CsmCaseView) view = typed[0] != '\0' ? csm_case_view_new (CSM_VIEW_SEARCH, typed) : csm_case_view_new (CSM_VIEW_RECENT, NULL);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  csm_cache_open_list_async (csm_workbench_get_cache (self->workbench), view, MAX_CASES, self->cancellable, on_cases, g_object_ref (self));
}

static void
changed_cb (CsmCommandPalette *self)
{
  if (self->workbench == NULL)
    return;
  fill (self);
  find_cases (self);
}

/* --- choosing ------------------------------------------------------------------------------------------------------------ */

static void
choose (CsmCommandPalette *self,
        GtkListBoxRow     *row)
{
  if (row == NULL || !gtk_widget_get_sensitive (GTK_WIDGET (row)))
    return;
  g_set_object (&self->chosen, command_of (row));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
entry_activate_cb (CsmCommandPalette *self)
{
  choose (self, gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)));
}

static void
scroll_to (CsmCommandPalette *self,
           GtkWidget         *row)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scrolled));
  graphene_rect_t place;

  if (gtk_widget_compute_bounds (row, self->list, &place))
    gtk_adjustment_clamp_page (adjustment, place.origin.y, place.origin.y + place.size.height);
}

static gboolean
step (CsmCommandPalette *self,
      int                by)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int index = selected != NULL ? gtk_list_box_row_get_index (selected) + by : 0;
  GtkListBoxRow *row;

  for (; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index)) != NULL && index >= 0; index += by)
    if (gtk_widget_get_sensitive (GTK_WIDGET (row)))
      {
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
        scroll_to (self, GTK_WIDGET (row));
        gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
        break;
      }
  return TRUE;
}

/* The focus stays in the entry: whoever looks on types on. */
static gboolean
key_pressed_cb (CsmCommandPalette *self,
                guint              keyval,
                guint              keycode,
                GdkModifierType    state)
{
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    return step (self, 1);
  if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    return step (self, -1);
  return FALSE;
}

static gboolean
run_cb (gpointer data)
{
  CsmCommandPalette *self = data;
  g_autoptr (CsmPaletteItem) command = g_steal_pointer (&self->chosen);

  g_clear_object (&self->workbench);
  g_ptr_array_set_size (self->commands, 0);
  g_ptr_array_set_size (self->cases, 0);
  fill (self);
  if (command != NULL && self->window != NULL)
    gtk_widget_activate_action_variant (self->window, csm_palette_item_get_action (command), csm_palette_item_get_target (command));
  return G_SOURCE_REMOVE;
}

static void
closed_cb (CsmCommandPalette *self)
{
  g_cancellable_cancel (self->cancellable);
  /* GTK gives the focus back first. */
  g_idle_add_full (G_PRIORITY_DEFAULT, run_cb, g_object_ref (self), g_object_unref);
}

/* --- the popover ----------------------------------------------------------------------------------------------------------- */

static void
csm_command_palette_dispose (GObject *object)
{
  CsmCommandPalette *self = CSM_COMMAND_PALETTE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->workbench);
  g_clear_object (&self->chosen);
  g_clear_pointer (&self->commands, g_ptr_array_unref);
  g_clear_pointer (&self->cases, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_command_palette_parent_class)->dispose (object);
}

static void
csm_command_palette_class_init (CsmCommandPaletteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_command_palette_dispose;
}

static void
csm_command_palette_init (CsmCommandPalette *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *none = create_label (_("Nothing Found"), TRUE);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->commands = g_ptr_array_new_with_free_func (g_object_unref);
  self->cases = g_ptr_array_new_with_free_func (g_object_unref);
  self->entry = gtk_search_entry_new ();
  self->list = gtk_list_box_new ();
  self->scrolled = gtk_scrolled_window_new ();
  g_object_set (self->entry, "placeholder-text", _("What do you want to do?"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Command, view, person or case"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Commands"), -1);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_widget_set_margin_top (none, 24);
  gtk_widget_set_margin_bottom (none, 24);
  gtk_label_set_xalign (GTK_LABEL (none), 0.5);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), none);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), set_header, NULL, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->list);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->scrolled);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (entry_activate_cb), self);
  g_signal_connect_swapped (self->entry, "stop-search", G_CALLBACK (gtk_popover_popdown), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (choose), self);
  g_signal_connect (self, "closed", G_CALLBACK (closed_cb), NULL);
}

/**
 * csm_command_palette_new:
 * @window: over whose top it opens; its actions are what can be done
 *
 * Returns: (transfer none): a palette, a child of @window: who makes it unparents it
 */
CsmCommandPalette *
csm_command_palette_new (GtkWidget *window)
{
  CsmCommandPalette *self = g_object_new (CSM_TYPE_COMMAND_PALETTE, NULL);

  g_set_weak_pointer (&self->window, window);
  gtk_widget_set_parent (GTK_WIDGET (self), window);
  return self;
}

/**
 * csm_command_palette_open:
 * @self: a palette
 * @workbench: the window's
 *
 * Shows what can be done now, and where somebody was lately.
 */
void
csm_command_palette_open (CsmCommandPalette *self,
                          CsmWorkbench      *workbench)
{
  int width = gtk_widget_get_width (self->window), height = gtk_widget_get_height (self->window);
  GdkRectangle top = { width / 2, MARGIN, 1, 1 };

  g_set_object (&self->workbench, workbench);
  g_clear_pointer (&self->commands, g_ptr_array_unref);
  self->commands = csm_palette_items (workbench);
  g_ptr_array_set_size (self->cases, 0);
  gtk_widget_set_size_request (self->scrolled, MIN (WIDTH, width - 4 * MARGIN), MIN (HEIGHT, height - 8 * MARGIN));
  gtk_popover_set_pointing_to (GTK_POPOVER (self), &top);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  fill (self);
  find_cases (self);
  gtk_popover_popup (GTK_POPOVER (self));
  gtk_widget_grab_focus (self->entry);
}
