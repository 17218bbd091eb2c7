/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-task-line.h"

#include <glib/gi18n.h>

#include "csm-comment-link.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-person.h"
#include "csm-picker.h"
#include "csm-task.h"
#include "csm-time.h"
#include "csm-when-picker.h"

struct _CsmTaskLine
{
  GtkListBoxRow   parent_instance;
  CsmWorkbench   *workbench;
  JsonObject     *task;
  char           *shown;      /* what the line says: the same again costs nothing */
  GtkCheckButton *check;
  GtkLabel       *title;
  GtkEditable    *entry;
  GtkLabel       *due;
  GtkWidget      *source;     /* the way to what the task came from; NULL: from nothing */
  GtkLabel       *skipped;
  GtkBox         *items;
  GtkEditable    *item_entry;
  GtkWidget      *owner_button;
  AdwAvatar      *avatar;
  GtkWidget      *nobody;
  GtkMenuButton  *menu_button;
  GtkWidget      *popover;    /* the one that is open; NULL: none */
  gboolean        filling;
};

enum { STEP, DROPPED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmTaskLine, csm_task_line, GTK_TYPE_LIST_BOX_ROW)

/* --- what it says ------------------------------------------------------------------------------------------ */

static void
item_toggled_cb (CsmTaskLine    *self,
                 GtkCheckButton *check)
{
  if (!self->filling)
    csm_task_tick_item (self->workbench, self->task, g_object_get_data (G_OBJECT (check), "key"), gtk_check_button_get_active (check));
}

static void
remove_item_cb (CsmTaskLine *self,
                GtkWidget   *button)
{
  csm_task_remove_item (self->workbench, self->task, g_object_get_data (G_OBJECT (button), "key"));
}

static void
add_item (CsmTaskLine *self,
          JsonObject  *item)
{
  const char *title = csm_json_get_string (item, "title");
  const char *key = csm_json_get_string (item, "key");
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *remove_label = g_strdup_printf (_("Remove “%s”"), title);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), csm_json_get_boolean (item, "done"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  if (csm_json_get_boolean (item, "done"))
    gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "task-remove");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (remove, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, remove_label, -1);
  g_object_set_data_full (G_OBJECT (check), "key", g_strdup (key), g_free);
  g_object_set_data_full (G_OBJECT (remove), "key", g_strdup (key), g_free);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (item_toggled_cb), self);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (remove_item_cb), self);
  gtk_widget_add_css_class (line, "task-item");
  gtk_box_append (GTK_BOX (line), check);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), remove);
  gtk_box_append (self->items, line);
}

static void
show_items (CsmTaskLine *self)
{
  g_autoptr (GPtrArray) items = csm_task_items (self->task);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->items))) != NULL)
    gtk_box_remove (self->items, child);
  for (guint i = 0; i < items->len; i++)
    add_item (self, items->pdata[i]);
  gtk_widget_set_visible (GTK_WIDGET (self->items), items->len > 0);
}

static void
show_owner (CsmTaskLine *self)
{
  const char *name = csm_workbench_get_name (self->workbench, csm_json_get_string (self->task, "assigneeId"));
  g_autofree char *words = name != NULL ? g_strdup_printf (_("For %s"), name) : g_strdup (_("For nobody in particular"));

  adw_avatar_set_text (self->avatar, name);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), name != NULL);
  gtk_widget_set_visible (self->nobody, name == NULL);
  gtk_widget_set_visible (self->owner_button, name != NULL || csm_task_is_open (self->task));
  gtk_widget_set_tooltip_text (self->owner_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->owner_button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
show_due (CsmTaskLine *self,
          gboolean     open)
{
  gint64 due = csm_json_get_time (self->task, "dueAt");
  g_autofree char *when = due != CSM_TIME_NONE ? csm_format_clock (due) : NULL;
  g_autofree char *full = due != CSM_TIME_NONE ? csm_format_when_long (due) : NULL;
  gboolean late = open && due != CSM_TIME_NONE && due < csm_time_now ();
  g_autofree char *text = when == NULL ? g_strdup ("") : late ? g_strdup_printf (_("%s, late"), when) : g_strdup_printf (_("Due %s"), when);

  gtk_label_set_text (self->due, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->due), full);
  gtk_widget_set_visible (GTK_WIDGET (self->due), when != NULL && open);
  gtk_widget_remove_css_class (GTK_WIDGET (self->due), late ? "dim-label" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->due), late ? "error" : "dim-label");
}

/* A task that was made of a message names it. */
static void
show_source (CsmTaskLine *self)
{
  const char *note = csm_json_get_string (self->task, "note");
  g_autoptr (CsmLink) link = note != NULL ? csm_link_parse (note, NULL) : NULL;
  GtkWidget *box = gtk_widget_get_parent (GTK_WIDGET (self->due));

  if (self->source != NULL)
    gtk_box_remove (GTK_BOX (box), self->source);
  self->source = link != NULL ? csm_comment_link_new (self->workbench, link) : NULL;
  if (self->source != NULL)
    gtk_box_insert_child_after (GTK_BOX (box), self->source, GTK_WIDGET (self->due));
}

static void
show_title (CsmTaskLine *self,
            gboolean     open)
{
  const char *title = csm_json_get_string (self->task, "title");
  const char *skipped = csm_json_get_string (self->task, "skipped");
  g_autofree char *why = skipped != NULL ? g_strdup_printf (_("Skipped: %s"), skipped) : g_strdup ("");
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (!open)
    pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
  gtk_label_set_attributes (self->title, attributes);
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->skipped, why);
  gtk_widget_set_visible (GTK_WIDGET (self->skipped), skipped != NULL);
  if (open)
    gtk_widget_remove_css_class (GTK_WIDGET (self->title), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/* --- writing in place -------------------------------------------------------------------------------------- */

static void
stop_rename (CsmTaskLine *self,
             gboolean     keep)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));

  if (!gtk_widget_get_visible (GTK_WIDGET (self->entry)))
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->entry), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->title), TRUE);
  if (keep && title[0] != '\0' && g_strcmp0 (title, csm_json_get_string (self->task, "title")) != 0)
    csm_task_rename (self->workbench, self->task, title);
}

static void
rename_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);

  gtk_editable_set_text (self->entry, csm_json_get_string (self->task, "title"));
  gtk_widget_set_visible (GTK_WIDGET (self->title), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->entry), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
renamed_cb (CsmTaskLine *self)
{
  stop_rename (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
entry_left_cb (CsmTaskLine *self)
{
  stop_rename (self, TRUE);
}

static gboolean
entry_key_cb (CsmTaskLine *self,
              guint        keyval)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  stop_rename (self, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->item_entry), FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static void
add_item_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);

  gtk_widget_set_visible (GTK_WIDGET (self->item_entry), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->item_entry));
}

/* A checklist is written in one go: the entry stays until it is left empty. */
static void
item_entered_cb (CsmTaskLine *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->item_entry)));

  gtk_editable_set_text (self->item_entry, "");
  if (title[0] != '\0')
    csm_task_add_item (self->workbench, self->task, title);
  else
    gtk_widget_set_visible (GTK_WIDGET (self->item_entry), FALSE);
}

static void
item_entry_left_cb (CsmTaskLine *self)
{
  if (gtk_editable_get_text (self->item_entry)[0] == '\0')
    gtk_widget_set_visible (GTK_WIDGET (self->item_entry), FALSE);
}

/* --- popovers ---------------------------------------------------------------------------------------------- */

static void
drop_popover (gpointer data)
{
  g_autoptr (GtkWidget) popover = data;

  gtk_widget_unparent (popover);
}

/* Not while it tells that it closed: what was chosen in it is still to be told. */
static void
popover_closed_cb (CsmTaskLine *self,
                   GtkWidget   *popover)
{
  if (self->popover == popover)
    self->popover = NULL;
  g_idle_add_once (drop_popover, g_object_ref (popover));
}

static void
open_popover (CsmTaskLine *self,
              GtkWidget   *content,
              GtkWidget   *at)
{
  GtkWidget *popover = gtk_popover_new ();

  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_widget_add_css_class (popover, "picker");
  gtk_popover_set_child (GTK_POPOVER (popover), content);
  gtk_widget_set_parent (popover, at);
  self->popover = popover;
  g_signal_connect_object (popover, "closed", G_CALLBACK (popover_closed_cb), self, G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
close_popover (CsmTaskLine *self)
{
  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
person_picked_cb (CsmTaskLine *self,
                  const char  *id)
{
  csm_task_assign (self->workbench, self->task, id);
  close_popover (self);
}

static void
assign_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *my_id = csm_workbench_get_my_id (self->workbench);
  const char *assignee = csm_json_get_string (self->task, "assigneeId");
  CsmPicker *picker = CSM_PICKER (csm_picker_new ());

  csm_picker_add (picker, "", _("Nobody"), NULL, CSM_PICKER_PERSON, NULL, assignee == NULL);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; directory != NULL && i < directory->people->len; i++)
      {
        JsonObject *person = directory->people->pdata[i];
        const char *id = csm_json_get_string (person, "id");
        gboolean me = g_strcmp0 (id, my_id) == 0;

        if (me == (round == 0) && csm_person_is_staff (person))
          csm_picker_add (picker, id, csm_json_get_string (person, "name"), me ? _("You") : NULL, CSM_PICKER_PERSON, NULL,
                          g_strcmp0 (id, assignee) == 0);
      }
  g_signal_connect_object (picker, "picked", G_CALLBACK (person_picked_cb), self, G_CONNECT_SWAPPED);
  open_popover (self, GTK_WIDGET (picker), self->owner_button);
  csm_picker_start (picker, _("Who does it?"));
}

static void
due_picked_cb (CsmTaskLine *self,
               gint64       at)
{
  csm_task_set_due (self->workbench, self->task, at);
  close_popover (self);
}

static void
due_cleared_cb (CsmTaskLine *self)
{
  due_picked_cb (self, CSM_TIME_NONE);
}

static void
due_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);
  CsmWhenPicker *picker = CSM_WHEN_PICKER (csm_when_picker_new (CSM_WHEN_FOR_DUE));
  gint64 due = csm_json_get_time (self->task, "dueAt");
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (csm_workbench_get_account (self->workbench));

  g_signal_connect_object (picker, "picked", G_CALLBACK (due_picked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (picker, "cleared", G_CALLBACK (due_cleared_cb), self, G_CONNECT_SWAPPED);
  csm_when_picker_start (picker, due, due != CSM_TIME_NONE, zone);
  open_popover (self, GTK_WIDGET (picker), GTK_WIDGET (self->menu_button));
}

static void
skip_entered_cb (CsmTaskLine *self,
                 GtkEditable *entry)
{
  g_autofree char *why = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (why[0] == '\0')
    {
      gtk_widget_error_bell (GTK_WIDGET (entry));
      return;
    }
  csm_task_skip (self->workbench, self->task, why);
  close_popover (self);
}

static void
skip_clicked_cb (GtkWidget *entry)
{
  g_signal_emit_by_name (entry, "activate");
}

static void
skip_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new (_("Why is it not needed?"));
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Skip"));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("The customer sent it already"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Why is it not needed?"), -1);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_add_css_class (box, "popover-form");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), button);
  g_signal_connect_object (entry, "activate", G_CALLBACK (skip_entered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (skip_clicked_cb), entry);
  open_popover (self, box, GTK_WIDGET (self->menu_button));
  gtk_widget_grab_focus (entry);
}

/* --- other actions ----------------------------------------------------------------------------------------- */

static void
unskip_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);

  csm_task_skip (self->workbench, self->task, NULL);
}

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_signal_emit (widget, signals[STEP], 0, g_str_equal (name, "task.up") ? -1 : 1);
}

static void
delete_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmTaskLine *self = CSM_TASK_LINE (widget);

  csm_task_delete (self->workbench, self->task);
}

static void
toggled_cb (CsmTaskLine *self)
{
  if (!self->filling && self->task != NULL)
    csm_task_set_done (self->workbench, self->task, gtk_check_button_get_active (self->check));
}

/* Made anew each time somebody opens it. */
static void
create_menu_cb (GtkMenuButton *button,
                gpointer       data)
{
  CsmTaskLine *self = data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) content = g_menu_new ();
  g_autoptr (GMenu) place = g_menu_new ();
  g_autoptr (GMenu) end = g_menu_new ();

  g_menu_append (content, _("_Rename"), "task.rename");
  g_menu_append (content, _("_Assign…"), "task.assign");
  g_menu_append (content, _("_Due Date…"), "task.due");
  g_menu_append (content, _("Add to _Checklist"), "task.add-item");
  g_menu_append (place, _("Move _Up"), "task.up");
  g_menu_append (place, _("Move _Down"), "task.down");
  if (csm_json_get_string (self->task, "skipped") != NULL)
    g_menu_append (end, _("Do It _After All"), "task.unskip");
  else
    g_menu_append (end, _("_Skip…"), "task.skip");
  g_menu_append (end, _("De_lete"), "task.delete");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (content));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (place));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* --- dragging ---------------------------------------------------------------------------------------------- */

static GdkContentProvider *
drag_prepare_cb (CsmTaskLine *self)
{
  return gdk_content_provider_new_typed (CSM_TYPE_TASK_LINE, self);
}

static void
drag_begin_cb (CsmTaskLine *self,
               GdkDrag     *drag,
               GtkWidget   *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_icon_set_from_paintable (drag, picture, 12, 12);
}

static gboolean
is_below (CsmTaskLine *self,
          double       y)
{
  return y > gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
}

static void
mark_drop (CsmTaskLine *self,
           int          where)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-above");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-below");
  if (where != 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), where < 0 ? "drop-above" : "drop-below");
}

static GdkDragAction
drop_motion_cb (CsmTaskLine *self,
                double       x,
                double       y)
{
  mark_drop (self, is_below (self, y) ? 1 : -1);
  return GDK_ACTION_MOVE;
}

static void
drop_leave_cb (CsmTaskLine *self)
{
  mark_drop (self, 0);
}

static gboolean
drop_cb (CsmTaskLine  *self,
         const GValue *value,
         double        x,
         double        y)
{
  mark_drop (self, 0);
  g_signal_emit (self, signals[DROPPED], 0, g_value_get_object (value), is_below (self, y));
  return TRUE;
}

static void
add_dragging (CsmTaskLine *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (CSM_TYPE_TASK_LINE, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (drag_prepare_cb), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "motion", G_CALLBACK (drop_motion_cb), self);
  g_signal_connect_swapped (target, "leave", G_CALLBACK (drop_leave_cb), self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_task_line_dispose (GObject *object)
{
  CsmTaskLine *self = CSM_TASK_LINE (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->workbench);
  if (self->menu_button != NULL)
    gtk_menu_button_set_create_popup_func (self->menu_button, NULL, NULL, NULL);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_TASK_LINE);
  G_OBJECT_CLASS (csm_task_line_parent_class)->dispose (object);
}

static void
csm_task_line_finalize (GObject *object)
{
  CsmTaskLine *self = CSM_TASK_LINE (object);

  g_clear_pointer (&self->task, json_object_unref);
  g_free (self->shown);
  G_OBJECT_CLASS (csm_task_line_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-task-line.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, check);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, title);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, entry);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, due);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, skipped);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, items);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, item_entry);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, owner_button);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, avatar);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, nobody);
  gtk_widget_class_bind_template_child (widget_class, CsmTaskLine, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, renamed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, item_entered_cb);
  gtk_widget_class_bind_template_callback (widget_class, item_entry_left_cb);
}

static void
csm_task_line_class_init (CsmTaskLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_task_line_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_task_line_finalize;
  signals[STEP] = g_signal_new ("step", CSM_TYPE_TASK_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[DROPPED] = g_signal_new ("dropped", CSM_TYPE_TASK_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                   CSM_TYPE_TASK_LINE, G_TYPE_BOOLEAN);
  gtk_widget_class_install_action (widget_class, "task.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "task.assign", NULL, assign_action);
  gtk_widget_class_install_action (widget_class, "task.due", NULL, due_action);
  gtk_widget_class_install_action (widget_class, "task.add-item", NULL, add_item_action);
  gtk_widget_class_install_action (widget_class, "task.skip", NULL, skip_action);
  gtk_widget_class_install_action (widget_class, "task.unskip", NULL, unskip_action);
  gtk_widget_class_install_action (widget_class, "task.up", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "task.down", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "task.delete", NULL, delete_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "task.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "task.down", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "task.rename", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "task.delete", NULL);
  bind_template (widget_class);
}

static void
csm_task_line_init (CsmTaskLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, self, NULL);
  add_dragging (self);
}

GtkWidget *
csm_task_line_new (CsmWorkbench *workbench)
{
  CsmTaskLine *self = g_object_new (CSM_TYPE_TASK_LINE, NULL);

  self->workbench = g_object_ref (workbench);
  return GTK_WIDGET (self);
}

/* Shows @task; what is being written in the line stays. */
void
csm_task_line_show (CsmTaskLine *self,
                    JsonObject  *task)
{
  const char *name = csm_workbench_get_name (self->workbench, csm_json_get_string (task, "assigneeId"));
  g_autofree char *text = csm_json_write_object (task);
  g_autofree char *shown = g_strconcat (text, name, NULL);
  gboolean open = csm_task_is_open (task);

  g_return_if_fail (CSM_IS_TASK_LINE (self));
  json_object_ref (task);
  g_clear_pointer (&self->task, json_object_unref);
  self->task = task;
  if (g_strcmp0 (shown, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  self->filling = TRUE;
  gtk_check_button_set_active (self->check, csm_json_get_boolean (task, "done"));
  show_title (self, open);
  show_due (self, open);
  show_source (self);
  show_owner (self);
  show_items (self);
  self->filling = FALSE;
}

JsonObject *
csm_task_line_get_task (CsmTaskLine *self)
{
  return self->task;
}
