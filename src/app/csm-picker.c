/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-picker.h"

#include <glib/gi18n.h>

#include "csm-fold.h"

#define AVATAR_SIZE 24

struct _CsmPicker
{
  AdwBin      parent_instance;
  GtkEditable *entry;
  GtkListBox  *list;
  GHashTable  *rows;       /* id → row */
  GtkWidget   *new_row;    /* NULL: nothing new can be made here */
  GtkLabel    *new_label;
  char        *new_format;
  char        *folded;     /* what is looked for */
};

/* What a row of the list is about. */
typedef struct
{
  char      *id;     /* NULL: makes something new */
  char      *title;
  char      *folded;
  GtkWidget *check;
} Choice;

enum { PICKED, NEW, N_SIGNALS };
static guint signals[N_SIGNALS];
static GQuark choice_quark;

G_DEFINE_FINAL_TYPE (CsmPicker, csm_picker, ADW_TYPE_BIN)

static void
choice_free (Choice *choice)
{
  g_free (choice->id);
  g_free (choice->title);
  g_free (choice->folded);
  g_free (choice);
}

static Choice *
choice_of (gpointer row)
{
  return g_object_get_qdata (row, choice_quark);
}

static gboolean
fits (CsmPicker *self,
      Choice    *choice)
{
  g_auto (GStrv) words = NULL;

  if (self->folded == NULL || self->folded[0] == '\0' || g_str_has_prefix (choice->folded, self->folded))
    return TRUE;
  words = g_strsplit_set (choice->folded, " -@.", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], self->folded))
      return TRUE;
  return FALSE;
}

static gboolean
filter_cb (GtkListBoxRow *row,
           gpointer       data)
{
  CsmPicker *self = data;
  Choice *choice = choice_of (row);
  GHashTableIter iter;
  gpointer other;

  if (choice->id != NULL)
    return fits (self, choice);
  if (self->folded == NULL || self->folded[0] == '\0')
    return FALSE;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    if (g_str_equal (choice_of (other)->folded, self->folded))
      return FALSE;
  return TRUE;
}

static GtkListBoxRow *
next_shown (CsmPicker *self,
            int        from,
            int        step)
{
  for (int i = from; i >= 0; i += step)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, i);

      if (row == NULL)
        return NULL;
      if (gtk_widget_get_child_visible (GTK_WIDGET (row)))
        return row;
    }
  return NULL;
}

static void
search_changed_cb (CsmPicker *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  g_autofree char *typed = g_strstrip (g_strdup (text));
  g_autofree char *folded = csm_fold (typed, -1);

  /* Enter comes here as well, and must not move the selection back up. */
  if (g_strcmp0 (folded, self->folded) == 0)
    return;
  g_free (self->folded);
  self->folded = g_steal_pointer (&folded);
  if (self->new_row != NULL)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_autofree char *label = g_strdup_printf (self->new_format, typed);
#pragma GCC diagnostic pop

      gtk_label_set_text (self->new_label, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->new_row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
  gtk_list_box_invalidate_filter (self->list);
  gtk_list_box_select_row (self->list, next_shown (self, 0, 1));
}

static void
choose (CsmPicker     *self,
        GtkListBoxRow *row)
{
  Choice *choice = choice_of (row);
  g_autofree char *text = NULL;

  if (choice->id != NULL)
    {
      g_autofree char *id = g_strdup (choice->id);

      g_signal_emit (self, signals[PICKED], 0, id);
      return;
    }
  text = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  if (text[0] != '\0')
    g_signal_emit (self, signals[NEW], 0, text);
}

static void
row_activated_cb (CsmPicker     *self,
                  GtkListBoxRow *row)
{
  choose (self, row);
}

static void
activate_cb (CsmPicker *self)
{
  GtkListBoxRow *row;

  /* The entry tells of a change only after a pause; Enter must mean what stands there. */
  search_changed_cb (self);
  row = gtk_list_box_get_selected_row (self->list);
  if (row != NULL)
    choose (self, row);
}

static void
stop_search_cb (CsmPicker *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER);

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

static void
scroll_to (CsmPicker *self,
           GtkWidget *row)
{
  GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->list);
  graphene_rect_t bounds;

  if (adjustment != NULL && gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
}

/* The entry keeps the focus while the arrows move in the list. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                CsmPicker             *self)
{
  int step = keyval == GDK_KEY_Down ? 1 : keyval == GDK_KEY_Up ? -1 : 0;
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  GtkListBoxRow *row;

  if (step == 0)
    return GDK_EVENT_PROPAGATE;
  row = next_shown (self, selected != NULL ? gtk_list_box_row_get_index (selected) + step : 0, step);
  if (row != NULL)
    {
      gtk_list_box_select_row (self->list, row);
      scroll_to (self, GTK_WIDGET (row));
    }
  return GDK_EVENT_STOP;
}

static void
csm_picker_dispose (GObject *object)
{
  CsmPicker *self = CSM_PICKER (object);

  if (self->list != NULL)
    gtk_list_box_set_filter_func (self->list, NULL, NULL, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_PICKER);
  G_OBJECT_CLASS (csm_picker_parent_class)->dispose (object);
}

static void
csm_picker_finalize (GObject *object)
{
  CsmPicker *self = CSM_PICKER (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_free (self->new_format);
  g_free (self->folded);
  G_OBJECT_CLASS (csm_picker_parent_class)->finalize (object);
}

static void
csm_picker_class_init (CsmPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_picker_finalize;
  choice_quark = g_quark_from_static_string ("csm-picker-choice");
  signals[PICKED] = g_signal_new ("picked", CSM_TYPE_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NEW] = g_signal_new ("new", CSM_TYPE_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmPicker, entry);
  gtk_widget_class_bind_template_child (widget_class, CsmPicker, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
csm_picker_init (CsmPicker *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
  gtk_list_box_set_filter_func (self->list, filter_cb, self, NULL);
}

GtkWidget *
csm_picker_new (void)
{
  return g_object_new (CSM_TYPE_PICKER, NULL);
}

/* Empties the list, for csm_picker_add(). */
void
csm_picker_clear (CsmPicker *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (CSM_IS_PICKER (self));
  g_hash_table_remove_all (self->rows);
  self->new_row = NULL;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
}

static GtkWidget *
make_picture (const char    *id,
              const char    *title,
              CsmPickerLook  look,
              const char    *color)
{
  GtkWidget *picture;

  if (look == CSM_PICKER_PERSON)
    return adw_avatar_new (AVATAR_SIZE, title, id[0] != '\0');
  picture = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  if (look == CSM_PICKER_COLOR)
    {
      gtk_widget_add_css_class (picture, "tag-dot");
      gtk_widget_add_css_class (picture, color != NULL ? color : "blue");
    }
  return picture;
}

static GtkWidget *
make_label (const char *text,
            const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  if (class != NULL)
    {
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, class);
    }
  return label;
}

static GtkWidget *
add_row (CsmPicker *self,
         Choice    *choice,
         GtkWidget *picture,
         GtkWidget *label,
         GtkWidget *sublabel)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  choice->check = gtk_image_new_from_icon_name ("object-select-symbolic");
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), label);
  if (sublabel != NULL)
    gtk_box_append (GTK_BOX (words), sublabel);
  if (picture != NULL)
    gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), choice->check);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_qdata_full (G_OBJECT (row), choice_quark, choice, (GDestroyNotify) choice_free);
  gtk_list_box_append (self->list, row);
  return row;
}

/**
 * csm_picker_add:
 * @self: a picker
 * @id: what "picked" will say; "" is allowed once, for nothing and nobody
 * @title: what is shown and searched
 * @subtitle: (nullable): a dim second line
 * @look: the picture before it
 * @color: (nullable): a tag's colour
 * @checked: whether it is chosen already
 */
void
csm_picker_add (CsmPicker     *self,
                const char    *id,
                const char    *title,
                const char    *subtitle,
                CsmPickerLook  look,
                const char    *color,
                gboolean       checked)
{
  Choice *choice = g_new0 (Choice, 1);
  GtkWidget *row;

  g_return_if_fail (CSM_IS_PICKER (self));
  choice->id = g_strdup (id);
  choice->title = g_strdup (title);
  choice->folded = csm_fold (title, -1);
  row = add_row (self, choice, look != CSM_PICKER_PLAIN ? make_picture (id, title, look, color) : NULL,
                 make_label (title, NULL), subtitle != NULL ? make_label (subtitle, "caption") : NULL);
  g_hash_table_insert (self->rows, choice->id, row);
  csm_picker_set_checked (self, id, checked);
}

/* Whether the row has a check mark. */
void
csm_picker_set_checked (CsmPicker  *self,
                        const char *id,
                        gboolean    checked)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, id);
  Choice *choice;
  g_autofree char *label = NULL;

  if (row == NULL)
    return;
  choice = choice_of (row);
  gtk_widget_set_opacity (choice->check, checked ? 1 : 0);
  /* Translators: a name in a list, and that it is the chosen one */
  label = checked ? g_strdup_printf (_("%s, chosen"), choice->title) : g_strdup (choice->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * csm_picker_set_new_label:
 * @self: a picker
 * @format: a translated format with one %s for what was typed
 *
 * Adds a row, shown when nothing is called what was typed, that emits "new". Call it after the last csm_picker_add().
 */
void
csm_picker_set_new_label (CsmPicker  *self,
                          const char *format)
{
  Choice *choice = g_new0 (Choice, 1);
  GtkWidget *label = make_label ("", NULL);

  g_return_if_fail (CSM_IS_PICKER (self));
  g_free (self->new_format);
  self->new_format = g_strdup (format);
  self->new_label = GTK_LABEL (label);
  self->new_row = add_row (self, choice, gtk_image_new_from_icon_name ("list-add-symbolic"), label, NULL);
  gtk_widget_set_visible (choice->check, FALSE);
}

/* Begins a search: the entry empty and focused, the first row selected. */
void
csm_picker_start (CsmPicker  *self,
                  const char *prompt)
{
  g_return_if_fail (CSM_IS_PICKER (self));
  g_object_set (self->entry, "placeholder-text", prompt, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, prompt, -1);
  gtk_editable_set_text (self->entry, "");
  g_clear_pointer (&self->folded, g_free);
  search_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
