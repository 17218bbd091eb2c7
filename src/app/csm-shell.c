/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-shell.h"

#include <glib/gi18n.h>

#include "csm-pane-bin.h"

/* In pixels as large as the text is: who reads twice as large has half as many. */
#define LEAST_WIDTH 340
/* What the list and the conversation need beside each other. */
#define CENTRE_WIDTH 620
#define LEAST_CONVERSATION 360
/* With less than this its head takes two lines. */
#define COMPACT_CONVERSATION 460
#define LEAST_CASES 250
#define LEAST_VIEWS 190
#define MOST_VIEWS 400
#define LEAST_COLLEAGUES 280
#define MOST_COLLEAGUES 640
/* What an overlay leaves to be seen of what it lies over. */
#define OVERLAY_MARGIN 48

struct _CsmShell
{
  GtkWidget     parent_instance;
  CsmShellMode  mode;
  GtkWidget    *views_flap;
  GtkWidget    *colleagues_flap;
  GtkWidget    *leaflet;
  GtkWidget    *views;            /* NULL until it comes, as the other panes */
  GtkWidget    *cases;
  GtkWidget    *conversation;
  GtkWidget    *colleagues;
  GtkWidget    *views_bin;
  GtkWidget    *cases_bin;
  GtkWidget    *conversation_bin;
  GtkWidget    *colleagues_bin;
  GSettings    *settings;
  /* What the person wants on a wide window; an overlay's state is not remembered. */
  gboolean      colleagues_wanted;
  gboolean      applying;
};

enum { PROP_0, PROP_VIEWS_SHOWN, PROP_COLLEAGUES_SHOWN, PROP_MODE, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmShell, csm_shell, GTK_TYPE_WIDGET)

/* How large the text is, with 1 for as usual */
static double
get_scale (CsmShell *self)
{
  int dpi = 0;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? CLAMP (dpi / (96.0 * 1024), 1, 4) : 1;
}

static int
scaled (CsmShell *self,
        int       size)
{
  return (int) (size * get_scale (self));
}

static gboolean
views_beside (CsmShell *self)
{
  return self->mode >= CSM_SHELL_MEDIUM;
}

static gboolean
colleagues_beside (CsmShell *self)
{
  return self->mode == CSM_SHELL_WIDE;
}

/* The window's own buttons belong to whatever stands at its edges. */
static void
update_title_buttons (CsmShell *self)
{
  gboolean single = self->mode == CSM_SHELL_SINGLE;
  gboolean beside = colleagues_beside (self) && adw_flap_get_reveal_flap (ADW_FLAP (self->colleagues_flap));

  if (self->views != NULL)
    g_object_set (self->views, "show-start-title-buttons", TRUE, "show-end-title-buttons", FALSE, NULL);
  g_object_set (self->cases,
                "show-start-title-buttons", !views_beside (self),
                "show-end-title-buttons", single,
                "views-visible", !views_beside (self),
                "alone", single,
                NULL);
  if (self->conversation != NULL)
    g_object_set (self->conversation,
                  "show-start-title-buttons", single,
                  "show-end-title-buttons", !beside,
                  "back-visible", single,
                  NULL);
  if (self->colleagues != NULL)
    g_object_set (self->colleagues, "show-end-title-buttons", beside, "close-visible", !colleagues_beside (self), NULL);
}

/* Remembered widths may come from a larger window, or from smaller text. */
static void
fit_widths (CsmShell *self,
            int       width)
{
  gboolean beside = colleagues_beside (self) && adw_flap_get_reveal_flap (ADW_FLAP (self->colleagues_flap));
  int centre = scaled (self, CENTRE_WIDTH);
  int least_views = MIN (scaled (self, LEAST_VIEWS), width - OVERLAY_MARGIN);
  int least_colleagues = MIN (scaled (self, LEAST_COLLEAGUES), width - OVERLAY_MARGIN);
  int least_cases = MIN (scaled (self, LEAST_CASES), width);
  int most_views = MIN (views_beside (self) ? width - centre - (beside ? least_colleagues : 0) : width - OVERLAY_MARGIN, scaled (self, MOST_VIEWS));
  int views = CLAMP (csm_pane_bin_get_width (CSM_PANE_BIN (self->views_bin)), least_views, MAX (least_views, most_views));
  int taken = views_beside (self) ? views : 0;
  int most_colleagues = MIN (beside ? width - centre - taken : width - OVERLAY_MARGIN, scaled (self, MOST_COLLEAGUES));
  int colleagues = CLAMP (csm_pane_bin_get_width (CSM_PANE_BIN (self->colleagues_bin)), least_colleagues, MAX (least_colleagues, most_colleagues));
  int most_cases;
  int cases;

  taken += beside ? colleagues : 0;
  most_cases = MAX (least_cases, width - taken - scaled (self, LEAST_CONVERSATION));
  cases = CLAMP (csm_pane_bin_get_width (CSM_PANE_BIN (self->cases_bin)), least_cases, most_cases);
  taken += self->mode != CSM_SHELL_SINGLE ? cases : 0;
  if (self->conversation != NULL)
    g_object_set (self->conversation, "compact", width - taken < scaled (self, COMPACT_CONVERSATION), NULL);
  csm_pane_bin_set_bounds (CSM_PANE_BIN (self->views_bin), least_views, most_views);
  csm_pane_bin_set_bounds (CSM_PANE_BIN (self->colleagues_bin), least_colleagues, most_colleagues);
  csm_pane_bin_set_bounds (CSM_PANE_BIN (self->cases_bin), least_cases, most_cases);
}

static void
apply_mode (CsmShell *self)
{
  AdwFlapFoldPolicy views = views_beside (self) ? ADW_FLAP_FOLD_POLICY_NEVER : ADW_FLAP_FOLD_POLICY_ALWAYS;
  AdwFlapFoldPolicy colleagues = colleagues_beside (self) ? ADW_FLAP_FOLD_POLICY_NEVER : ADW_FLAP_FOLD_POLICY_ALWAYS;

  self->applying = TRUE;
  adw_flap_set_fold_policy (ADW_FLAP (self->views_flap), views);
  adw_flap_set_reveal_flap (ADW_FLAP (self->views_flap), views_beside (self));
  adw_flap_set_fold_policy (ADW_FLAP (self->colleagues_flap), colleagues);
  adw_flap_set_reveal_flap (ADW_FLAP (self->colleagues_flap), colleagues_beside (self) && self->colleagues_wanted);
  adw_leaflet_set_can_unfold (ADW_LEAFLET (self->leaflet), self->mode != CSM_SHELL_SINGLE);
  csm_pane_bin_set_rigid (CSM_PANE_BIN (self->cases_bin), self->mode != CSM_SHELL_SINGLE);
  csm_pane_bin_set_resizable (CSM_PANE_BIN (self->views_bin), views_beside (self));
  csm_pane_bin_set_resizable (CSM_PANE_BIN (self->cases_bin), self->mode != CSM_SHELL_SINGLE);
  csm_pane_bin_set_resizable (CSM_PANE_BIN (self->colleagues_bin), colleagues_beside (self));
  self->applying = FALSE;
  update_title_buttons (self);
}

/* --- layout ------------------------------------------------------------------------------------------------ */

static void
csm_shell_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  CsmShell *self = CSM_SHELL (widget);

  gtk_widget_measure (self->views_flap, orientation, -1, minimum, natural, NULL, NULL);
  /* Whatever is beside what at the moment: it all folds. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = LEAST_WIDTH;
  *natural = MAX (*natural, *minimum);
}

static void
csm_shell_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  CsmShell *self = CSM_SHELL (widget);
  int least_width;
  int least_height;
  int ignored;

  csm_shell_expect_width (self, width);
  fit_widths (self, width);
  gtk_widget_measure (self->views_flap, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &ignored, NULL, NULL);
  gtk_widget_measure (self->views_flap, GTK_ORIENTATION_VERTICAL, MAX (width, least_width), &least_height, &ignored, NULL, NULL);
  gtk_widget_allocate (self->views_flap, MAX (width, least_width), MAX (height, least_height), baseline, NULL);
}

/* --- state ------------------------------------------------------------------------------------------------- */

static void
views_revealed_cb (CsmShell *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEWS_SHOWN]);
}

static void
colleagues_revealed_cb (CsmShell *self)
{
  gboolean shown = adw_flap_get_reveal_flap (ADW_FLAP (self->colleagues_flap));

  if (!self->applying && colleagues_beside (self))
    {
      self->colleagues_wanted = shown;
      if (self->settings != NULL)
        g_settings_set_boolean (self->settings, "colleagues-visible", shown);
    }
  if (!self->applying)
    update_title_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLLEAGUES_SHOWN]);
}

static void
dragged_cb (CsmShell *self)
{
  if (self->settings == NULL)
    return;
  g_settings_set_int (self->settings, "views-width", csm_pane_bin_get_width (CSM_PANE_BIN (self->views_bin)));
  g_settings_set_int (self->settings, "cases-width", csm_pane_bin_get_width (CSM_PANE_BIN (self->cases_bin)));
  g_settings_set_int (self->settings, "colleagues-width", csm_pane_bin_get_width (CSM_PANE_BIN (self->colleagues_bin)));
}

static void
csm_shell_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  CsmShell *self = CSM_SHELL (object);

  switch (id)
    {
    case PROP_VIEWS_SHOWN: g_value_set_boolean (value, adw_flap_get_reveal_flap (ADW_FLAP (self->views_flap))); break;
    case PROP_COLLEAGUES_SHOWN: g_value_set_boolean (value, adw_flap_get_reveal_flap (ADW_FLAP (self->colleagues_flap))); break;
    case PROP_MODE: g_value_set_int (value, (int) self->mode); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* It slides in, and would take no letter before its first frame: what is typed till then would act on the case. */
static void
show_colleagues (CsmShell *self,
                 gboolean  shown)
{
  adw_flap_set_reveal_flap (ADW_FLAP (self->colleagues_flap), shown);
  if (shown && gtk_widget_get_mapped (self->colleagues_flap))
    gtk_widget_set_child_visible (self->colleagues_bin, TRUE);
}

static void
csm_shell_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  CsmShell *self = CSM_SHELL (object);

  switch (id)
    {
    case PROP_VIEWS_SHOWN: adw_flap_set_reveal_flap (ADW_FLAP (self->views_flap), g_value_get_boolean (value)); break;
    case PROP_COLLEAGUES_SHOWN: show_colleagues (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_shell_dispose (GObject *object)
{
  CsmShell *self = CSM_SHELL (object);

  g_clear_pointer (&self->views_flap, gtk_widget_unparent);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (csm_shell_parent_class)->dispose (object);
}

static void
csm_shell_class_init (CsmShellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = csm_shell_dispose;
  object_class->get_property = csm_shell_get_property;
  object_class->set_property = csm_shell_set_property;
  widget_class->measure = csm_shell_measure;
  widget_class->size_allocate = csm_shell_size_allocate;
  props[PROP_VIEWS_SHOWN] = g_param_spec_boolean ("views-shown", NULL, NULL, TRUE, flags);
  props[PROP_COLLEAGUES_SHOWN] = g_param_spec_boolean ("colleagues-shown", NULL, NULL, TRUE, flags);
  props[PROP_MODE] = g_param_spec_int ("mode", NULL, NULL, CSM_SHELL_SINGLE, CSM_SHELL_WIDE, CSM_SHELL_WIDE,
                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "shell");
}

static void
csm_shell_init (CsmShell *self)
{
  self->mode = CSM_SHELL_WIDE;
  self->colleagues_wanted = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static GtkWidget *
create_flap (GtkPackType  position,
             GtkWidget   *flap,
             GtkWidget   *content)
{
  GtkWidget *widget = adw_flap_new ();

  adw_flap_set_flap_position (ADW_FLAP (widget), position);
  adw_flap_set_flap (ADW_FLAP (widget), flap);
  adw_flap_set_content (ADW_FLAP (widget), content);
  adw_flap_set_separator (ADW_FLAP (widget), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_flap_set_locked (ADW_FLAP (widget), TRUE);
  adw_flap_set_fold_duration (ADW_FLAP (widget), 0);
  gtk_widget_set_hexpand (content, TRUE);
  gtk_widget_add_css_class (flap, "background");
  return widget;
}

static GtkWidget *
create_leaflet (CsmShell *self)
{
  GtkWidget *leaflet = adw_leaflet_new ();
  AdwLeafletPage *page;

  adw_leaflet_append (ADW_LEAFLET (leaflet), self->cases_bin);
  page = adw_leaflet_append (ADW_LEAFLET (leaflet), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_leaflet_page_set_navigatable (page, FALSE);
  adw_leaflet_append (ADW_LEAFLET (leaflet), self->conversation_bin);
  adw_leaflet_set_can_navigate_back (ADW_LEAFLET (leaflet), TRUE);
  gtk_widget_set_hexpand (self->conversation_bin, TRUE);
  return leaflet;
}

/**
 * csm_shell_new:
 * @cases: a pane with "show-start-title-buttons", "show-end-title-buttons", "views-visible" and "alone"
 *
 * Returns: (transfer floating): the shell
 */
GtkWidget *
csm_shell_new (GtkWidget *cases)
{
  CsmShell *self = g_object_new (CSM_TYPE_SHELL, NULL);

  self->cases = cases;
  self->views_bin = csm_pane_bin_new (GTK_PACK_END, _("Width of the views"));
  self->cases_bin = csm_pane_bin_new (GTK_PACK_END, _("Width of the cases"));
  self->conversation_bin = adw_bin_new ();
  self->colleagues_bin = csm_pane_bin_new (GTK_PACK_START, _("Width of the colleagues' pane"));
  csm_pane_bin_set_child (CSM_PANE_BIN (self->cases_bin), cases);
  csm_pane_bin_set_rigid (CSM_PANE_BIN (self->views_bin), TRUE);
  csm_pane_bin_set_rigid (CSM_PANE_BIN (self->colleagues_bin), TRUE);
  self->leaflet = create_leaflet (self);
  self->colleagues_flap = create_flap (GTK_PACK_END, self->colleagues_bin, self->leaflet);
  self->views_flap = create_flap (GTK_PACK_START, self->views_bin, self->colleagues_flap);
  gtk_widget_set_parent (self->views_flap, GTK_WIDGET (self));
  g_signal_connect_object (self->views_flap, "notify::reveal-flap", G_CALLBACK (views_revealed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->colleagues_flap, "notify::reveal-flap", G_CALLBACK (colleagues_revealed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->views_bin, "dragged", G_CALLBACK (dragged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cases_bin, "dragged", G_CALLBACK (dragged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->colleagues_bin, "dragged", G_CALLBACK (dragged_cb), self, G_CONNECT_SWAPPED);
  apply_mode (self);
  return GTK_WIDGET (self);
}

/* @views: a pane with "show-start-title-buttons" and "show-end-title-buttons" */
void
csm_shell_set_views (CsmShell  *self,
                     GtkWidget *views)
{
  self->views = views;
  csm_pane_bin_set_child (CSM_PANE_BIN (self->views_bin), views);
  update_title_buttons (self);
}

/* @conversation: the same, and "back-visible" and "compact" */
void
csm_shell_set_conversation (CsmShell  *self,
                            GtkWidget *conversation)
{
  self->conversation = conversation;
  adw_bin_set_child (ADW_BIN (self->conversation_bin), conversation);
  update_title_buttons (self);
}

/* @colleagues: with "show-end-title-buttons" and "close-visible" */
void
csm_shell_set_colleagues (CsmShell  *self,
                          GtkWidget *colleagues)
{
  self->colleagues = colleagues;
  csm_pane_bin_set_child (CSM_PANE_BIN (self->colleagues_bin), colleagues);
  update_title_buttons (self);
}

/* Takes the remembered widths from @settings and keeps them there. */
void
csm_shell_bind_settings (CsmShell  *self,
                         GSettings *settings)
{
  g_return_if_fail (CSM_IS_SHELL (self));
  csm_pane_bin_set_width (CSM_PANE_BIN (self->views_bin), g_settings_get_int (settings, "views-width"));
  csm_pane_bin_set_width (CSM_PANE_BIN (self->cases_bin), g_settings_get_int (settings, "cases-width"));
  csm_pane_bin_set_width (CSM_PANE_BIN (self->colleagues_bin), g_settings_get_int (settings, "colleagues-width"));
  self->colleagues_wanted = g_settings_get_boolean (settings, "colleagues-visible");
  apply_mode (self);
  g_set_object (&self->settings, settings);
}

/* @width: in pixels of text as large as usual */
CsmShellMode
csm_shell_mode_for_width (int width)
{
  if (width >= 1200)
    return CSM_SHELL_WIDE;
  if (width >= 900)
    return CSM_SHELL_MEDIUM;
  return width >= 600 ? CSM_SHELL_NARROW : CSM_SHELL_SINGLE;
}

/* Folds what has no room in @width pixels of the screen. */
void
csm_shell_expect_width (CsmShell *self,
                        int       width)
{
  csm_shell_set_mode (self, csm_shell_mode_for_width ((int) (width / get_scale (self))));
}

CsmShellMode
csm_shell_get_mode (CsmShell *self)
{
  return self->mode;
}

void
csm_shell_set_mode (CsmShell     *self,
                    CsmShellMode  mode)
{
  if (self->mode == mode)
    return;
  self->mode = mode;
  apply_mode (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODE]);
}

/* Brings the conversation to the front where it shares its place with the list. */
void
csm_shell_show_conversation (CsmShell *self)
{
  adw_leaflet_set_visible_child (ADW_LEAFLET (self->leaflet), self->conversation_bin);
}

void
csm_shell_show_cases (CsmShell *self)
{
  adw_leaflet_set_visible_child (ADW_LEAFLET (self->leaflet), self->cases_bin);
  if (!views_beside (self))
    adw_flap_set_reveal_flap (ADW_FLAP (self->views_flap), FALSE);
}

/* Whether the list can be seen. */
gboolean
csm_shell_shows_cases (CsmShell *self)
{
  return self->mode != CSM_SHELL_SINGLE || adw_leaflet_get_visible_child (ADW_LEAFLET (self->leaflet)) == self->cases_bin;
}

/* Closes the topmost overlay, or goes back to the list. Returns: whether there was something to leave */
gboolean
csm_shell_go_back (CsmShell *self)
{
  if (!colleagues_beside (self) && adw_flap_get_reveal_flap (ADW_FLAP (self->colleagues_flap)))
    adw_flap_set_reveal_flap (ADW_FLAP (self->colleagues_flap), FALSE);
  else if (!views_beside (self) && adw_flap_get_reveal_flap (ADW_FLAP (self->views_flap)))
    adw_flap_set_reveal_flap (ADW_FLAP (self->views_flap), FALSE);
  else if (!csm_shell_shows_cases (self))
    csm_shell_show_cases (self);
  else
    return FALSE;
  return TRUE;
}
