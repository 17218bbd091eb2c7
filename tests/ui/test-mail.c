/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-app-resources.h"
#include "csm-composer.h"
#include "csm-json.h"
#include "csm-message-row.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* What the window shows of mail, and what can be done with it there. */

/* --- the signature ------------------------------------------------------------------------------------------- */

static GtkWidget *
signature_label (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_LABEL, "signature_label");
}

static gboolean
shows_ana (gpointer data)
{
  GtkWidget *label = signature_label (data);

  return gtk_widget_get_mapped (label) && g_str_equal (gtk_label_get_text (GTK_LABEL (label)), "-- \nAna Reyes\nFernweh");
}

/* It is seen before it is sent, is sent once, and is no part of what comes back to be edited. */
static void
test_signature (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (gtk_widget_get_visible (signature_label (desk)));
  csm_ui_type (csm_ui_world_reply_view (desk), "Good morning");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000001','kind':'email','name':'Support','address':'support@example.com',"
                                                "'canSend':true,'enabled':true,'signature':'{name}\\nFernweh'}");
  csm_ui_wait_until (shows_ana, desk, "the signature");
  csm_ui_world_wait_reply (desk, "Good morning");
  g_settings_set_uint (desk->settings, "send-delay", 10);
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "textBody"), ==, "Good morning\n\n-- \nAna Reyes\nFernweh");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_reply (desk, "Good morning");
  csm_ui_wait_until (shows_ana, desk, "the signature again");
}

#define ADD(path, function) \
  g_test_add ("/mail/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;
  g_autofree char *pictures = NULL;

  csm_ui_test_init (&argc, &argv);
  g_assert_nonnull (csm_app_get_resource ());
  pictures = g_test_build_filename (G_TEST_BUILT, "ui", NULL);
  g_mkdir_with_parents (pictures, 0755);
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  ADD ("signature", test_signature);
  return csm_ui_test_run ();
}
