/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-people-page.h"

#include <glib/gi18n.h>

#include "csm-invite-sheet.h"
#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-person-page.h"
#include "csm-rights.h"
#include "csm-roles-page.h"
#include "csm-subpage.h"
#include "csm-time.h"

typedef enum { HERE, INVITED, GUESTS, GONE, N_GROUPS } Group;

struct _CsmPeoplePage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  GCancellable        *cancellable;
  AdwPreferencesGroup *groups[N_GROUPS];
  GtkWidget           *invite_button;
  GPtrArray           *rows;
  GHashTable          *access;    /* person id → what the server says of them; NULL: not asked, or not known */
  char                *problem;   /* why it is not known, or NULL */
  gboolean             asking;
  CsmPersonPage       *open;      /* weak */
  char                *open_id;
};

G_DEFINE_FINAL_TYPE (CsmPeoplePage, csm_people_page, ADW_TYPE_PREFERENCES_PAGE)

static void refresh (CsmPeoplePage *self);

static JsonObject *
access_of (CsmPeoplePage *self,
           const char    *id)
{
  return self->access != NULL && id != NULL ? g_hash_table_lookup (self->access, id) : NULL;
}

static void
activated_cb (CsmPeoplePage *self,
              GtkWidget     *row)
{
  const char *id = g_object_get_data (G_OBJECT (row), "id");
  const char *name = csm_workbench_get_name (self->workbench, id);

  if (self->open != NULL)
    return;
  g_set_weak_pointer (&self->open, CSM_PERSON_PAGE (csm_person_page_new (self->workbench, self->asker, id)));
  g_free (self->open_id);
  self->open_id = g_strdup (id);
  csm_person_page_set_access (self->open, access_of (self, id));
  g_signal_connect_object (self->open, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  csm_subpage_present (GTK_WIDGET (self), csm_subpage_new (name != NULL ? name : "", GTK_WIDGET (self->open)));
}

/* --- the rows ----------------------------------------------------------------------------------------------- */

static Group
group_of (CsmPeoplePage *self,
          JsonObject    *person)
{
  const char *id = csm_json_get_string (person, "id");

  if (!csm_json_get_boolean (person, "active"))
    return GONE;
  if (g_strcmp0 (id, csm_workbench_get_my_id (self->workbench)) != 0 && csm_people_is_invited (person, access_of (self, id)))
    return INVITED;
  return g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0 ? GUESTS : HERE;
}

static void
add_row (CsmPeoplePage *self,
         CsmDirectory  *directory,
         JsonObject    *person)
{
  const char *id = csm_json_get_string (person, "id"), *name = csm_json_get_string (person, "name"), *email = csm_json_get_string (person, "email");
  g_autofree char *role = csm_people_say_role (directory, person);
  g_autofree char *access = csm_people_say_access (person, access_of (self, id), g_strcmp0 (id, csm_workbench_get_my_id (self->workbench)) == 0, csm_time_now ());
  g_autofree char *subtitle = g_strdup_printf ("%s\n%s%s%s", email != NULL ? email : "", role, access != NULL ? "\n" : "", access != NULL ? access : "");
  gboolean changes = csm_rights_may (self->workbench, CSM_ACTION_CHANGE_PEOPLE);
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", name != NULL ? name : "", "subtitle", subtitle, "subtitle-lines", 4, "activatable", changes, NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (32, name, TRUE));
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  if (changes)
    {
      GtkWidget *next = gtk_image_new_from_icon_name ("go-next-symbolic");

      gtk_accessible_update_property (GTK_ACCESSIBLE (next), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Change"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
      g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
    }
  else
    gtk_widget_set_tooltip_text (row, csm_rights_why_not (self->workbench, CSM_ACTION_CHANGE_PEOPLE));
  adw_preferences_group_add (self->groups[group_of (self, person)], row);
  g_ptr_array_add (self->rows, row);
}

static void
say_state (CsmPeoplePage *self)
{
  const char *why_not = csm_rights_why_not (self->workbench, CSM_ACTION_ADD_PEOPLE);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "people.invite", why_not == NULL);
  gtk_widget_set_tooltip_text (self->invite_button, why_not != NULL ? why_not : _("Invite a colleague"));
  adw_preferences_group_set_description (self->groups[HERE], why_not != NULL ? why_not : self->problem);
}

static void
show (CsmPeoplePage *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  guint counts[N_GROUPS] = { 0 };

  if (directory == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (gtk_widget_get_ancestor (self->rows->pdata[i], ADW_TYPE_PREFERENCES_GROUP)), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < directory->people->len + directory->guests->len; i++)
    {
      JsonObject *person = i < directory->people->len ? directory->people->pdata[i] : directory->guests->pdata[i - directory->people->len];

      if (g_strcmp0 (csm_json_get_string (person, "kind"), "bot") == 0)
        continue;
      add_row (self, directory, person);
      counts[group_of (self, person)]++;
    }
  for (guint i = INVITED; i < N_GROUPS; i++)
    gtk_widget_set_visible (GTK_WIDGET (self->groups[i]), counts[i] > 0);
  say_state (self);
  if (self->open != NULL)
    csm_person_page_set_access (self->open, access_of (self, self->open_id));
}

/* --- what the server knows ----------------------------------------------------------------------------------- */

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmPeoplePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  JsonArray *people = answer != NULL ? csm_json_get_array (answer, "people") : NULL;

  self->asking = FALSE;
  if (self->workbench == NULL)
    return;
  g_clear_pointer (&self->problem, g_free);
  if (answer == NULL)
    self->problem = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED) ? g_strdup (_("Offline: who was here when, and inviting somebody, needs the network."))
                                                                                   : g_strdup (error->message);
  else
    g_hash_table_remove_all (self->access);
  for (guint i = 0; people != NULL && i < json_array_get_length (people); i++)
    {
      JsonObject *one = json_array_get_object_element (people, i);
      const char *id = csm_json_get_string (one, "id");

      if (id != NULL)
        g_hash_table_replace (self->access, g_strdup (id), json_object_ref (one));
    }
  show (self);
}

static void
refresh (CsmPeoplePage *self)
{
  if (self->asking || self->workbench == NULL || csm_workbench_get_directory (self->workbench) == NULL ||
      !csm_rights_may (self->workbench, CSM_ACTION_CHANGE_ROLES))
    return;
  self->asking = TRUE;
  csm_mailbox_asker_ask_async (self->asker, "person/list", json_object_new (), self->cancellable, listed_cb, g_object_ref (self));
}

/* Each time that somebody comes to look; nobody asks otherwise. */
static void
csm_people_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_people_page_parent_class)->map (widget);
  refresh (CSM_PEOPLE_PAGE (widget));
}

static void
invite_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmPeoplePage *self = CSM_PEOPLE_PAGE (widget);

  if (csm_workbench_get_directory (self->workbench) != NULL)
    csm_invite_sheet_present (widget, self->workbench, self->asker);
}

static void
refresh_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  refresh (CSM_PEOPLE_PAGE (widget));
}

/* --- all --------------------------------------------------------------------------------------------------------- */

static void
csm_people_page_dispose (GObject *object)
{
  CsmPeoplePage *self = CSM_PEOPLE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_weak_pointer (&self->open);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (csm_people_page_parent_class)->dispose (object);
}

static void
csm_people_page_finalize (GObject *object)
{
  CsmPeoplePage *self = CSM_PEOPLE_PAGE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->access);
  g_free (self->problem);
  g_free (self->open_id);
  G_OBJECT_CLASS (csm_people_page_parent_class)->finalize (object);
}

static void
csm_people_page_class_init (CsmPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_people_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_people_page_finalize;
  widget_class->map = csm_people_page_map;
  gtk_widget_class_install_action (widget_class, "people.invite", NULL, invite_action);
  gtk_widget_class_install_action (widget_class, "people.refresh", NULL, refresh_action);
}

static void
roles_cb (CsmPeoplePage *self)
{
  GtkWidget *page = g_object_new (CSM_TYPE_ROLES_PAGE, NULL);

  csm_roles_page_set_workbench (CSM_ROLES_PAGE (page), self->workbench);
  csm_subpage_present (GTK_WIDGET (self), csm_subpage_new (_("Roles"), page));
}

static void
add_roles (CsmPeoplePage *self)
{
  GtkWidget *group = adw_preferences_group_new (), *row = adw_action_row_new (), *next = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Roles"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _("Who may do what"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (next), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (roles_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
}

static void
csm_people_page_init (CsmPeoplePage *self)
{
  const char *const titles[] = { _("People"), _("Invited"), _("Partners’ Guests"), _("Left") };
  GtkWidget *content = adw_button_content_new ();

  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->access = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "people");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("People"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "avatar-default-symbolic");
  for (guint i = 0; i < N_GROUPS; i++)
    {
      self->groups[i] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (self->groups[i], titles[i]);
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->groups[i]);
    }
  add_roles (self);
  self->invite_button = gtk_button_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "contact-new-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _("_Invite…"));
  adw_button_content_set_use_underline (ADW_BUTTON_CONTENT (content), TRUE);
  gtk_button_set_child (GTK_BUTTON (self->invite_button), content);
  gtk_widget_set_valign (self->invite_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->invite_button, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->invite_button), "people.invite");
  adw_preferences_group_set_header_suffix (self->groups[HERE], self->invite_button);
}

/* Returns: (transfer floating): the page */
GtkWidget *
csm_people_page_new (CsmWorkbench    *workbench,
                     CsmMailboxAsker *asker)
{
  CsmPeoplePage *self = g_object_new (CSM_TYPE_PEOPLE_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
