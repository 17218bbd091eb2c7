/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-app.h"
#include "csm-bench.h"

#include "csm-app-resources.h"

/* Nobody listens there. */
#define SERVER "http://127.0.0.1:9"
#define PATIENCE_SECONDS 60

/* Returns: (nullable): the first one of @type from @widget on */
GtkWidget *
csm_bench_app_find (GtkWidget *widget,
                    GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = csm_bench_app_find (child, type);
  return found;
}

static gboolean
is_settled (gpointer data)
{
  return csm_window_is_settled (CSM_WINDOW (((CsmBenchApp *) data)->window));
}

/* Until the list shows its text, and the open case its messages. */
void
csm_bench_app_settle (CsmBenchApp *app)
{
  csm_bench_wait_until (is_settled, app, PATIENCE_SECONDS);
}

/* Opens the window on the cache in @dir. */
void
csm_bench_app_open (CsmBenchApp *app,
                    const char  *dir)
{
  g_autoptr (GError) error = NULL;

  adw_init ();
  g_resources_register (csm_app_get_resource ());
  app->application = GTK_APPLICATION (adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE));
  if (!g_application_register (G_APPLICATION (app->application), NULL, &error))
    g_error ("%s", error->message);
  app->settings = g_settings_new (CSM_APP_ID);
  app->account = csm_account_new (SERVER, NULL, NULL, dir);
  app->workbench = csm_workbench_new (app->account, app->settings);
  app->window = csm_window_new (app->application, app->settings);
  csm_window_force_size (CSM_WINDOW (app->window), 1400, 860);
  csm_window_set_workbench (CSM_WINDOW (app->window), app->workbench);
  gtk_window_present (GTK_WINDOW (app->window));
  app->list = csm_window_get_list (CSM_WINDOW (app->window));
  csm_bench_app_settle (app);
}

void
csm_bench_app_close (CsmBenchApp *app)
{
  csm_window_set_workbench (CSM_WINDOW (app->window), NULL);
  gtk_window_destroy (GTK_WINDOW (app->window));
  csm_workbench_close (app->workbench);
  csm_account_stop (app->account);
  g_clear_object (&app->workbench);
  g_clear_object (&app->account);
  g_clear_object (&app->settings);
  g_clear_object (&app->application);
}
