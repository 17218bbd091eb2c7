/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-ui-mailbox.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

#define TESTED "{'imap':{'ok':true,'description':'Signed in to imap.example.org; there are 3 folders.','folders':[" \
               "{'name':'INBOX','role':'inbox','messages':1240},{'name':'Sent','role':'sent','messages':310},{'name':'Old','role':null,'messages':7}]}," \
               "'smtp':{'ok':true,'description':'smtp.example.org takes mail from help@example.org.'}}"

void
csm_ui_mailbox_put_me (CsmUiDesk  *desk,
                       const char *role,
                       const char *rest)
{
  g_autofree char *json = g_strdup_printf ("{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'%s',"
                                           "'teamIds':{'t01J00000000000000000000001':true}%s}", role, rest);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, json);
}

char *
csm_ui_mailbox_before (gint64 minutes)
{
  return csm_time_format (csm_time_now () - minutes * 60 * CSM_SECOND);
}

static void
csm_ui_mailbox_put_channels (CsmUiDesk *desk)
{
  g_autofree char *last = csm_ui_mailbox_before (2);
  g_autofree char *since = csm_ui_mailbox_before (65);
  g_autofree char *next = csm_ui_mailbox_before (-4);
  g_autofree char *support = g_strdup_printf ("{'id':'" CSM_UI_MAILBOX_SUPPORT "','kind':'email','name':'Support','address':'support@example.com','canSend':true,"
                                              "'enabled':true,'teamId':'t01J00000000000000000000001','signature':'{name}\\n{team} · {email}',"
                                              "'authServers':{'mx.example.com':true},'plusAddressing':true,"
                                              "'health':{'state':'ok','lastIn':'%s','out':{'state':'ok','lastOut':'%s','waiting':0}}}", last, last);
  g_autofree char *sales = g_strdup_printf ("{'id':'" CSM_UI_MAILBOX_SALES "','kind':'email','name':'Sales','address':'sales@example.com','canSend':true,'enabled':true,"
                                            "'health':{'state':'failing','since':'%s','why':'imap.example.com refuses the password of sales@example.com. "
                                            "Enter the new one.','out':{'state':'failing','since':'%s','why':'smtp.example.com can’t be reached.',"
                                            "'waiting':3,'nextAt':'%s'}}}", since, since, next);

  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, support);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, sales);
}

gboolean
csm_ui_mailbox_is_admin (gpointer data)
{
  JsonObject *me = csm_directory_lookup (csm_workbench_get_directory (data), "p01J00000000000000000000001");

  return g_strcmp0 (csm_json_get_string (me, "role"), "admin") == 0 && csm_workbench_get_directory (data)->channels->len == 2;
}

void
csm_ui_mailbox_set_up (CsmUiMailbox           *lab,
                       gconstpointer  application)
{
  csm_ui_desk_set_up (&lab->desk, application);
  csm_ui_mailbox_put_channels (&lab->desk);
  csm_ui_mailbox_put_me (&lab->desk, "admin", "");
  csm_ui_wait_until (csm_ui_mailbox_is_admin, lab->desk.workbench, "the channels");
  lab->asker = csm_ui_asker_new ();
  csm_ui_asker_answer (lab->asker, "mailbox/find", CSM_UI_MAILBOX_FOUND);
  csm_ui_asker_answer (lab->asker, "mailbox/test", TESTED);
  csm_ui_asker_answer (lab->asker, "mailbox/connect", "{'id':'h01J00000000000000000000003'}");
  csm_ui_asker_answer (lab->asker, "mailbox/retry", "{}");
  csm_ui_asker_answer (lab->asker, "mailbox/remove", "{}");
  csm_ui_asker_answer (lab->asker, "mailbox/settings",
                       "{'settings':{'imap':{'host':'imap.example.com','port':993,'tls':'implicit','user':'sales','hasPassword':true,"
                       "'folders':['INBOX'],'sentFolder':'Sent'},'smtp':{'host':'smtp.example.com','port':587,'tls':'starttls','user':'sales','hasPassword':true}}}");
}

void
csm_ui_mailbox_tear_down (CsmUiMailbox           *lab,
                          gconstpointer  application)
{
  csm_ui_desk_tear_down (&lab->desk, application);
  g_assert_finalize_object (lab->asker);
}

/* --- what people look at ------------------------------------------------------------------------------------- */

/* In a folder that the environment names: each page as wide as people have it, in both styles. */
void
csm_ui_mailbox_take_pictures (GtkWindow  *window,
                              const char *name)
{
  static const int sizes[][2] = { { 360, 640 }, { 900, 760 }, { 1400, 900 } };
  const char *folder = g_getenv ("CASEMENT_TEST_PICTURES");
  AdwStyleManager *style = adw_style_manager_get_default ();

  csm_ui_settle ();
  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (sizes) * 2; i++)
    {
      const int *size = sizes[i / 2];
      g_autofree char *file = g_strdup_printf ("%s-%d-%s.png", name, size[0], i % 2 ? "dark" : "light");
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (style, i % 2 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      gtk_window_set_default_size (window, size[0], size[1]);
      csm_ui_save_png (GTK_WIDGET (window), path);
    }
}

/* --- connecting ---------------------------------------------------------------------------------------------- */

GtkWindow *
csm_ui_mailbox_open (CsmUiMailbox        *lab,
                     const char *channel_id)
{
  GtkWindow *window = csm_mailbox_window_new (NULL, lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker), channel_id);

  gtk_window_present (window);
  csm_ui_settle ();
  return window;
}

const char *
csm_ui_mailbox_get_page (GtkWindow *window)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_STACK, "stack")));
}

typedef struct
{
  GtkWindow  *window;
  const char *page;
} Awaited;

static gboolean
is_on_page (gpointer data)
{
  Awaited *awaited = data;

  return g_str_equal (csm_ui_mailbox_get_page (awaited->window), awaited->page);
}

void
csm_ui_mailbox_wait_page (GtkWindow  *window,
                          const char *page)
{
  Awaited awaited = { window, page };

  csm_ui_wait_until (is_on_page, &awaited, page);
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (window));
}

GtkEditable *
csm_ui_mailbox_field (GtkWindow  *window,
                      const char *id)
{
  return GTK_EDITABLE (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_EDITABLE, id));
}

void
csm_ui_mailbox_press_enter (GtkWindow  *window,
                            const char *id)
{
  g_signal_emit_by_name (csm_ui_mailbox_field (window, id), "entry-activated");
}

const char *
csm_ui_mailbox_said (GtkWindow  *window,
                     const char *id)
{
  GtkWidget *label = csm_ui_find (GTK_WIDGET (window), GTK_TYPE_LABEL, id);

  return gtk_widget_get_visible (label) ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

void
csm_ui_mailbox_find_account (GtkWindow *window)
{
  gtk_editable_set_text (csm_ui_mailbox_field (window, "address_row"), " help@example.org ");
  csm_ui_mailbox_press_enter (window, "address_row");
  csm_ui_mailbox_wait_page (window, "account");
}
