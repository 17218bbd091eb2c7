/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-bulk-bar.h"

#include <glib/gi18n.h>

#include "csm-assign-popover.h"
#include "csm-lazy-menu.h"
#include "csm-snooze-popover.h"
#include "csm-tag-popover.h"
#include "csm-team-popover.h"

#define N_POPOVERS (CSM_CONVERSATION_SNOOZE + 1)

struct _CsmBulkBar
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  gboolean      words;
  GtkWidget    *buttons[N_POPOVERS];
  GtkWidget    *popovers[N_POPOVERS];
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmBulkBar, csm_bulk_bar, ADW_TYPE_BIN)

/* --- buttons ----------------------------------------------------------------------------------------------- */

static GtkWidget *
create_face (CsmBulkBar *self,
             const char *icon,
             const char *label)
{
  GtkWidget *content;
  GtkWidget *words;

  if (!self->words)
    return gtk_image_new_from_icon_name (icon);
  /* AdwButtonContent never shortens its label, and would keep a folded window wider than it may be. */
  content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  words = gtk_label_new (label);
  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (content), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (content), words);
  gtk_widget_set_halign (content, GTK_ALIGN_CENTER);
  return content;
}

static void
name_button (CsmBulkBar *self,
             GtkWidget  *button,
             const char *label,
             const char *tip)
{
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (!self->words)
    gtk_widget_add_css_class (button, "flat");
}

static GtkWidget *
create_button (CsmBulkBar *self,
               const char *icon,
               const char *label,
               const char *tip,
               const char *action)
{
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), create_face (self, icon, label));
  name_button (self, button, label, tip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
create_chooser (CsmBulkBar             *self,
                const char             *icon,
                const char             *label,
                const char             *tip,
                CsmConversationPopover  which)
{
  static GType (*const types[N_POPOVERS]) (void) = {
    [CSM_CONVERSATION_ASSIGN] = csm_assign_popover_get_type,
    [CSM_CONVERSATION_MOVE] = csm_team_popover_get_type,
    [CSM_CONVERSATION_TAG] = csm_tag_popover_get_type,
    [CSM_CONVERSATION_SNOOZE] = csm_snooze_popover_get_type,
  };
  GtkWidget *button = gtk_menu_button_new ();

  self->popovers[which] = g_object_new (types[which] (), NULL);
  self->buttons[which] = button;
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), create_face (self, icon, label));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), self->popovers[which]);
  if (!self->words)
    gtk_menu_button_set_direction (GTK_MENU_BUTTON (button), GTK_ARROW_UP);
  name_button (self, button, label, tip);
  return button;
}

static GMenuModel *
create_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) state = g_menu_new ();
  g_autoptr (GMenu) spam = g_menu_new ();
  g_autoptr (GMenu) priority = g_menu_new ();

  g_menu_append (state, _("_Assign to Me"), "win.assign-me");
  g_menu_append (state, _("_Waiting for the Customer"), "win.status::waiting");
  g_menu_append (state, _("_Open Again"), "win.reopen");
  g_menu_append (state, _("Mark as _Read"), "win.mark-read");
  g_menu_append (state, _("Mark as _Unread"), "win.mark-unread");
  g_menu_append (state, _("Move to _Inbox"), "win.lane::conversation");
  g_menu_append (spam, _("Mark as _Spam"), "win.spam");
  g_menu_append (spam, _("Not _Spam"), "win.not-spam");
  g_menu_append (spam, _("_Block Senders"), "win.block-sender");
  g_menu_append (priority, _("_Urgent"), "win.priority::urgent");
  g_menu_append (priority, _("_High"), "win.priority::high");
  g_menu_append (priority, _("_Normal"), "win.priority::normal");
  g_menu_append (priority, _("_Low"), "win.priority::low");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (state));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (spam));
  g_menu_append_section (menu, _("Priority"), G_MENU_MODEL (priority));
  return G_MENU_MODEL (menu);
}

static GtkWidget *
create_more (CsmBulkBar *self)
{
  g_autoptr (GMenuModel) menu = create_menu ();
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), create_face (self, "view-more-symbolic", _("More")));
  if (!self->words)
    gtk_menu_button_set_direction (GTK_MENU_BUTTON (button), GTK_ARROW_UP);
  name_button (self, button, _("More"), _("More Actions for These Cases"));
  csm_lazy_menu_attach (GTK_MENU_BUTTON (button), menu);
  return button;
}

static void
build (CsmBulkBar *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *all[] = {
    create_button (self, "csm-resolve-symbolic", _("Resolve"), _("Resolve (E)"), "win.resolve"),
    create_chooser (self, "avatar-default-symbolic", _("Assign"), _("Assign (A)"), CSM_CONVERSATION_ASSIGN),
    create_chooser (self, "system-users-symbolic", _("Move to Team"), _("Move to Team (M)"), CSM_CONVERSATION_MOVE),
    create_chooser (self, "csm-tag-symbolic", _("Tag"), _("Tag (T)"), CSM_CONVERSATION_TAG),
    create_chooser (self, "alarm-symbolic", _("Snooze"), _("Snooze (S)"), CSM_CONVERSATION_SNOOZE),
    create_more (self),
  };

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (int i = 0; i < (int) G_N_ELEMENTS (all); i++)
    {
      gtk_widget_set_hexpand (all[i], TRUE);
      gtk_grid_attach (GTK_GRID (grid), all[i], self->words ? i % 2 : i, self->words ? i / 2 : 0, 1, 1);
    }
  gtk_widget_add_css_class (GTK_WIDGET (self), self->words ? "bulk-page" : "bulk-bar");
  adw_bin_set_child (ADW_BIN (self), grid);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
set_workbench (CsmBulkBar   *self,
               CsmWorkbench *workbench)
{
  if (!g_set_object (&self->workbench, workbench))
    return;
  for (guint i = 0; i < N_POPOVERS; i++)
    if (self->popovers[i] != NULL)
      g_object_set (self->popovers[i], "workbench", workbench, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_bulk_bar_get_property (GObject    *object,
                           guint       id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_BULK_BAR (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_bulk_bar_set_property (GObject      *object,
                           guint         id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_BULK_BAR (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_bulk_bar_dispose (GObject *object)
{
  CsmBulkBar *self = CSM_BULK_BAR (object);

  set_workbench (self, NULL);
  for (guint i = 0; i < N_POPOVERS; i++)
    self->popovers[i] = self->buttons[i] = NULL;
  G_OBJECT_CLASS (csm_bulk_bar_parent_class)->dispose (object);
}

static void
csm_bulk_bar_class_init (CsmBulkBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_bulk_bar_dispose;
  object_class->get_property = csm_bulk_bar_get_property;
  object_class->set_property = csm_bulk_bar_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_bulk_bar_init (CsmBulkBar *self)
{
}

/* @words: whether the buttons say what they do, in two columns. Returns: (transfer floating): it */
GtkWidget *
csm_bulk_bar_new (gboolean words)
{
  CsmBulkBar *self = g_object_new (CSM_TYPE_BULK_BAR, NULL);

  self->words = words;
  build (self);
  return GTK_WIDGET (self);
}

/* Opens one of the choosers, as a key asks for it. */
void
csm_bulk_bar_popup (CsmBulkBar             *self,
                    CsmConversationPopover  which)
{
  g_return_if_fail (CSM_IS_BULK_BAR (self));
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->buttons[which]));
}
