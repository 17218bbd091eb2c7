/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-app-resources.h"
#include "csm-button-names.h"
#include "csm-contrast.h"
#include "csm-large-text.h"

#define WAIT_MS 30000
#define SETTLE_MAX 2000
#define FRAMES_MAX 30

static const char *const homes[] = { "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME" };

/*
 * The suite says what it needs before anything of GTK is touched. The folders are not isolated by GLib, which would
 * take the icons and the kinds of files away that are installed for everybody; and not gtk_test_init(), which says so
 * to GLib by itself.
 */
void
csm_ui_test_init (int    *argc,
                  char ***argv)
{
  g_autofree char *home = csm_ui_temp_dir ();

  g_assert_cmpstr (g_getenv ("GTK_A11Y"), ==, "test");
  g_assert_cmpstr (g_getenv ("GSETTINGS_BACKEND"), ==, "memory");
  for (guint i = 0; i < G_N_ELEMENTS (homes); i++)
    g_setenv (homes[i], home, TRUE);
  g_test_init (argc, argv, NULL);
  adw_init ();
  csm_button_names_watch ();
  csm_contrast_watch ();
  csm_large_text_watch ();
  /* What moves by itself would make waiting longer, and pictures differ. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, "gtk-cursor-blink", FALSE, NULL);
}

/* Like csm_ui_test_init(). Returns: (transfer full): an application that windows belong to, and nobody runs */
AdwApplication *
csm_ui_test_start (int    *argc,
                   char ***argv)
{
  AdwApplication *application;

  csm_ui_test_init (argc, argv);
  g_assert_nonnull (csm_app_get_resource ());
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  return application;
}

/* Runs the tests. Returns: main()'s result */
int
csm_ui_test_run (void)
{
  int result = g_test_run ();

  csm_ui_remove_dir (g_getenv (homes[0]));
  return result;
}

static gboolean
too_late_cb (gpointer data)
{
  g_error ("Nothing came of waiting for %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until @condition holds; the test fails when it doesn't within half a minute. */
void
csm_ui_wait_until (CsmUiCondition  condition,
                   gpointer        data,
                   const char     *what)
{
  guint id = g_timeout_add (WAIT_MS, too_late_cb, (gpointer) what);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

/* Runs what is ready now, such as layout and idle work. */
void
csm_ui_settle (void)
{
  for (guint i = 0; i < SETTLE_MAX && g_main_context_pending (NULL); i++)
    g_main_context_iteration (NULL, FALSE);
}

void
csm_ui_activate (GtkWidget  *widget,
                 const char *action)
{
  g_assert_true (gtk_widget_activate_action_variant (widget, action, NULL));
}

/* --- finding ------------------------------------------------------------------------------------------------- */

typedef gboolean (*Match) (GtkWidget  *widget,
                           GType       type,
                           const char *text);

static GtkWidget *
find (GtkWidget  *root,
      Match       match,
      GType       type,
      const char *text)
{
  if (match (root, type, text))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, match, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
match_type (GtkWidget  *widget,
            GType       type,
            const char *text)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), type);
}

static gboolean
match_id (GtkWidget  *widget,
          GType       type,
          const char *text)
{
  return match_type (widget, type, NULL) && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), text) == 0;
}

static gboolean
match_label (GtkWidget  *widget,
             GType       type,
             const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

/* Returns: (nullable): the first widget of @type below @root, itself included */
GtkWidget *
csm_ui_find_type (GtkWidget *root,
                  GType      type)
{
  return find (root, match_type, type, NULL);
}

/* Returns: the widget that a template calls @buildable_id; it must be there */
GtkWidget *
csm_ui_find (GtkWidget  *root,
             GType       type,
             const char *buildable_id)
{
  GtkWidget *found = find (root, match_id, type, buildable_id);

  if (found == NULL)
    g_error ("There is no %s “%s” below %s", g_type_name (type), buildable_id, G_OBJECT_TYPE_NAME (root));
  return found;
}

/* Returns: (transfer none) (nullable): a window of this type */
GtkWidget *
csm_ui_find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  return NULL;
}

/* Returns: (nullable): the first label with @part in its text */
GtkWidget *
csm_ui_find_label (GtkWidget  *root,
                   const char *part)
{
  return find (root, match_label, GTK_TYPE_LABEL, part);
}

/* --- doing --------------------------------------------------------------------------------------------------- */

/* Types at the cursor, letter by letter as people do. */
void
csm_ui_type (GtkWidget  *text_view,
             const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text_view));

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    gtk_text_buffer_insert_at_cursor (buffer, at, (int) (g_utf8_next_char (at) - at));
}

/*
 * GTK 4 has no way to make an event, so the key goes to the widget's own key controllers, from the outside in, as it
 * would in their phases. Returns: whether one of them took it
 */
gboolean
csm_ui_press (GtkWidget       *widget,
              guint            keyval,
              GdkModifierType  state)
{
  static const GtkPropagationPhase phases[] = { GTK_PHASE_CAPTURE, GTK_PHASE_TARGET, GTK_PHASE_BUBBLE };

  for (guint phase = 0; phase < G_N_ELEMENTS (phases); phase++)
    {
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
          gboolean taken = FALSE;

          if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) || gtk_event_controller_get_propagation_phase (controller) != phases[phase])
            continue;
          g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &taken);
          if (taken)
            return TRUE;
        }
    }
  return FALSE;
}

/* --- names --------------------------------------------------------------------------------------------------- */

static gboolean
is_control (GtkWidget *widget)
{
  switch (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)))
    {
    case GTK_ACCESSIBLE_ROLE_BUTTON:
    case GTK_ACCESSIBLE_ROLE_CHECKBOX:
    case GTK_ACCESSIBLE_ROLE_SWITCH:
    case GTK_ACCESSIBLE_ROLE_TEXT_BOX:
    case GTK_ACCESSIBLE_ROLE_SEARCH_BOX:
    case GTK_ACCESSIBLE_ROLE_SPIN_BUTTON:
    case GTK_ACCESSIBLE_ROLE_COMBO_BOX:
    case GTK_ACCESSIBLE_ROLE_LIST:
    case GTK_ACCESSIBLE_ROLE_LINK:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
has_name (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static gboolean
is_called (GtkWidget  *widget,
           const char *name)
{
  g_autofree char *other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return other == NULL;
}

static gboolean
is_labelled (GtkWidget *widget)
{
  return gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static gboolean
is_called_as_icon (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) && gtk_button_get_icon_name (GTK_BUTTON (widget)) != NULL && !has_name (widget);
}

static gboolean
has_underscore (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && gtk_button_get_use_underline (GTK_BUTTON (widget)) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    return is_called (widget, gtk_button_get_label (GTK_BUTTON (widget)));
  if (GTK_IS_CHECK_BUTTON (widget) && gtk_check_button_get_use_underline (GTK_CHECK_BUTTON (widget)) && gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)) != NULL)
    return is_called (widget, gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)));
  return FALSE;
}

/* Buttons are named when they are to be seen. */
static gboolean
will_have_name (GtkWidget *widget)
{
  const char *icon = GTK_IS_BUTTON (widget) ? gtk_button_get_icon_name (GTK_BUTTON (widget)) : NULL;

  return icon == NULL || g_str_equal (icon, "window-close-symbolic") || GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)) || has_name (widget)
         || gtk_widget_get_tooltip_text (widget) != NULL || gtk_widget_get_ancestor (widget, GTK_TYPE_CALENDAR) != NULL;
}

/* What GTK 4.8 tells of a control: its label, then those of what it is labelled by; and of an image the name of its class.
 * Returns: (nullable): what is wrong with the name */
static const char *
find_wrong_name (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);
  gboolean within = GTK_IS_BUTTON (widget) && GTK_IS_MENU_BUTTON (parent);

  if (!gtk_widget_get_realized (widget) && (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget)))
    return will_have_name (widget) ? NULL : "will have no name";
  if (within)
    return has_name (parent) && gtk_test_accessible_check_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY, parent, NULL) == NULL
             ? NULL : "isn’t named after the button that it is in";
  if (!has_name (widget) && (!is_labelled (widget) || is_called_as_icon (widget)))
    return "has no name";
  if (GTK_IS_BUTTON (widget) && has_name (widget) && is_labelled (widget))
    return "says its name twice";
  return has_underscore (widget) ? "says the underscore" : NULL;
}

/* Parts of library widgets that they name themselves, or hide until they are used. */
static gboolean
is_library_part (GtkWidget *widget)
{
  return gtk_widget_get_ancestor (widget, ADW_TYPE_COMBO_ROW) != NULL
         || (!GTK_IS_DROP_DOWN (widget) && gtk_widget_get_ancestor (widget, GTK_TYPE_DROP_DOWN) != NULL)
         || (GTK_IS_LIST_BOX (widget) && gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW) != NULL)
         || (GTK_IS_LIST_BOX (widget) && gtk_widget_get_ancestor (widget, ADW_TYPE_EXPANDER_ROW) != NULL)
         || GTK_IS_TEXT (widget) || GTK_IS_WINDOW_CONTROLS (widget) || GTK_IS_SPIN_BUTTON (gtk_widget_get_parent (widget))
         || (GTK_IS_SEARCH_ENTRY (widget) && gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW) != NULL);
}

static void
collect_unnamed (GtkWidget *widget,
                 GPtrArray *unnamed)
{
  const char *wrong;

  if (is_library_part (widget))
    return;
  if (is_control (widget) && (wrong = find_wrong_name (widget)) != NULL)
    {
      const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget));
      GtkWidget *parent = gtk_widget_get_parent (widget);

      while (parent != NULL && !g_str_has_prefix (G_OBJECT_TYPE_NAME (parent), "Csm") && gtk_widget_get_parent (parent) != NULL)
        parent = gtk_widget_get_parent (parent);
      g_ptr_array_add (unnamed, g_strdup_printf ("%s %s in %s %s", G_OBJECT_TYPE_NAME (widget), id != NULL ? id : "",
                                                 parent != NULL ? G_OBJECT_TYPE_NAME (parent) : "nothing", wrong));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect_unnamed (child, unnamed);
}

/* Returns: (transfer full) (element-type utf8): the controls that are shown below @root and that a screen reader couldn't name, and why */
GPtrArray *
csm_ui_unnamed (GtkWidget *root)
{
  GPtrArray *unnamed = g_ptr_array_new_with_free_func (g_free);

  collect_unnamed (root, unnamed);
  return unnamed;
}

/* --- pictures and folders ------------------------------------------------------------------------------------ */

static void
painted_cb (GdkFrameClock *clock,
            gboolean      *painted)
{
  *painted = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Waits for a frame with everything that was asked for until now. */
void
csm_ui_wait_painted (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gboolean painted = FALSE;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &painted);

  csm_ui_settle ();
  gtk_widget_queue_draw (widget);
  csm_ui_wait_until (is_true, &painted, "a frame");
  g_signal_handler_disconnect (clock, id);
}

/* Returns: (nullable): what was drawn last; nothing when something was to be drawn again meanwhile */
static GskRenderNode *
drawn (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  return gtk_snapshot_free_to_node (snapshot);
}

/* The widget as it is drawn; it must be mapped. */
void
csm_ui_save_png (GtkWidget  *widget,
                 const char *path)
{
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  for (guint i = 0; node == NULL && i < FRAMES_MAX; i++)
    {
      csm_ui_wait_painted (widget);
      node = drawn (widget);
    }
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (widget)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget)));
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

char *
csm_ui_temp_dir (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("casement-ui-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

void
csm_ui_remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        csm_ui_remove_dir (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}
