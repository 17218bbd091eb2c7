/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-desk.h"

#include "csm-json.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-window.h"

/* Nobody listens there; nothing is started either. */
#define SERVER "http://127.0.0.1:9"

static gboolean
has_directory (gpointer data)
{
  return csm_workbench_get_directory (data) != NULL && csm_workbench_get_counts (data) != NULL;
}

void
csm_ui_desk_set_up (CsmUiDesk     *desk,
                    gconstpointer  application)
{
  desk->application = GTK_APPLICATION ((gpointer) application);
  desk->dir = csm_ui_temp_dir ();
  desk->account = csm_account_new (SERVER, NULL, "token", desk->dir);
  desk->cache = csm_account_get_cache (desk->account);
  csm_ui_fill (desk->cache);
  desk->settings = g_settings_new ("org.casement.Casement");
  /* The memory backend is one for the whole program. */
  g_settings_reset (desk->settings, "last-case");
  g_settings_reset (desk->settings, "last-view");
  /* Dictionaries differ from machine to machine. */
  g_settings_set_boolean (desk->settings, "check-spelling", FALSE);
  desk->workbench = csm_workbench_new (desk->account, desk->settings);
  csm_workbench_count (desk->workbench);
  csm_ui_wait_until (has_directory, desk->workbench, "the directory");
}

/* Nothing may hold on to the workbench or the account behind a closed window. */
void
csm_ui_desk_tear_down (CsmUiDesk     *desk,
                       gconstpointer  application)
{
  if (desk->window != NULL)
    {
      csm_window_set_workbench (CSM_WINDOW (desk->window), NULL);
      gtk_window_destroy (GTK_WINDOW (desk->window));
    }
  csm_workbench_close (desk->workbench);
  csm_ui_settle ();
  g_clear_object (&desk->settings);
  g_clear_object (&desk->workbench);
  csm_account_stop (desk->account);
  csm_ui_settle ();
  g_clear_object (&desk->account);
  csm_ui_remove_dir (desk->dir);
  g_free (desk->dir);
}

static gboolean
is_settled (gpointer data)
{
  return csm_window_is_settled (data);
}

/* The real window, as wide as asked, its list filled. */
void
csm_ui_desk_open (CsmUiDesk *desk,
                  int        width,
                  int        height)
{
  desk->window = csm_window_new (desk->application, desk->settings);
  csm_window_force_size (CSM_WINDOW (desk->window), width, height);
  csm_window_set_workbench (CSM_WINDOW (desk->window), desk->workbench);
  gtk_window_present (GTK_WINDOW (desk->window));
  csm_ui_wait_until (is_settled, desk->window, "the case list");
  csm_ui_settle ();
}

static gboolean
has_detail (gpointer data)
{
  return csm_workbench_get_detail (data) != NULL;
}

void
csm_ui_desk_open_case (CsmUiDesk *desk,
                       guint      number)
{
  g_autofree char *id = csm_ui_id ('c', number);

  csm_workbench_show_case (desk->workbench, id);
  csm_ui_wait_until (has_detail, desk->workbench, "the case");
  if (desk->window != NULL)
    csm_ui_wait_until (is_settled, desk->window, "the conversation");
  csm_ui_settle ();
}

typedef struct
{
  GPtrArray *ops;
  gboolean   done;
} Listing;

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Listing *listing = data;
  g_autoptr (GError) error = NULL;

  listing->ops = csm_cache_list_outbox_finish (CSM_CACHE (source), result, &error);
  g_assert_no_error (error);
  listing->done = TRUE;
}

static gboolean
is_listed (gpointer data)
{
  return ((Listing *) data)->done;
}

/* Returns: (transfer full) (element-type CsmOperation): what waits, but that somebody has read something */
GPtrArray *
csm_ui_desk_outbox (CsmUiDesk *desk)
{
  Listing listing = { NULL, FALSE };

  csm_cache_list_outbox_async (desk->cache, NULL, listed_cb, &listing);
  csm_ui_wait_until (is_listed, &listing, "the outbox");
  for (guint i = listing.ops->len; i-- > 0;)
    if (((CsmOperation *) listing.ops->pdata[i])->type == CSM_TYPE_ID_SEEN)
      g_ptr_array_remove_index (listing.ops, i);
  return listing.ops;
}

/* Beside the tests, to look at. */
void
csm_ui_desk_save_png (CsmUiDesk  *desk,
                      const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", name, NULL);

  csm_ui_settle ();
  csm_ui_save_png (desk->window, path);
}
