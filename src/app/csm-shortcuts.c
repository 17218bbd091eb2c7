/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-shortcuts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-fold-layout.h"

enum { GROUP_LIST, GROUP_TRIAGE, GROUP_WRITING, GROUP_GENERAL, N_GROUPS };

static const char *const group_titles[N_GROUPS] = {
  [GROUP_LIST] = N_("Cases"),
  [GROUP_TRIAGE] = N_("The open case"),
  [GROUP_WRITING] = N_("Writing"),
  [GROUP_GENERAL] = N_("General"),
};

static const CsmShortcut table[] = {
  { GROUP_LIST, "j Down", NULL, NULL, N_("Next case") },
  { GROUP_LIST, "k Up", NULL, NULL, N_("Previous case") },
  { GROUP_LIST, "Return", NULL, NULL, N_("Open the case") },
  { GROUP_LIST, "x", "win.select", NULL, N_("Select the case together with others, or not any more") },
  { GROUP_LIST, "<Shift>j <Shift>Down", NULL, NULL, N_("Select the next case, too") },
  { GROUP_LIST, "<Shift>k <Shift>Up", NULL, NULL, N_("Select the previous case, too") },
  { GROUP_LIST, "<Control>a", NULL, NULL, N_("Select all cases of the list") },
  { GROUP_LIST, "<Control>space", NULL, NULL, N_("Select the case that the focus is on, or not any more") },
  { GROUP_LIST, "Escape", NULL, NULL, N_("Select none") },
  { GROUP_LIST, "slash", "win.search", NULL, N_("Search") },
  { GROUP_LIST, "<Control>f", "win.search", NULL, N_("Search") },
  { GROUP_LIST, "<Control>d", "win.save-search", NULL, N_("Keep the search with the views") },
  { GROUP_LIST, "<Control>g", "win.next-hit", NULL, N_("Next place that was found in the case") },
  { GROUP_LIST, "<Control><Shift>g", "win.previous-hit", NULL, N_("Previous place that was found in the case") },
  { GROUP_LIST, "<Control>1...9", NULL, NULL, N_("Go to a view") },
  { GROUP_TRIAGE, "a", "win.assign", NULL, N_("Assign") },
  { GROUP_TRIAGE, "m", "win.move", NULL, N_("Move to a team") },
  { GROUP_TRIAGE, "t", "win.tag", NULL, N_("Tag") },
  { GROUP_TRIAGE, "s", "win.snooze", NULL, N_("Snooze") },
  { GROUP_TRIAGE, "e", "win.resolve", NULL, N_("Resolve") },
  { GROUP_TRIAGE, "exclam", "win.spam", NULL, N_("Mark as spam") },
  { GROUP_TRIAGE, "o", "win.reopen", NULL, N_("Reopen") },
  { GROUP_TRIAGE, "h", "win.hand-over", NULL, N_("Hand over") },
  { GROUP_TRIAGE, "g", "win.merge", NULL, N_("Merge into another case") },
  { GROUP_TRIAGE, "l", "win.link", NULL, N_("Link with another case") },
  { GROUP_TRIAGE, "p", "win.share", NULL, N_("Share with a partner") },
  { GROUP_TRIAGE, "y", "win.history", NULL, N_("History") },
  { GROUP_TRIAGE, "c", "win.show-case-page", NULL, N_("Goal, tasks and brief") },
  { GROUP_TRIAGE, "i", "win.first-unread", NULL, N_("Go to the first new message") },
  { GROUP_TRIAGE, "<Alt>Down", "win.next-message", NULL, N_("Next message") },
  { GROUP_TRIAGE, "<Alt>Up", "win.previous-message", NULL, N_("Previous message") },
  { GROUP_TRIAGE, "<Shift>Down <Shift>Up", NULL, NULL, N_("Select messages, to copy them") },
  { GROUP_TRIAGE, "<Shift>F10 Menu", NULL, NULL, N_("What can be done with the message") },
  { GROUP_TRIAGE, "<Control><Shift>c", "win.copy-conversation", NULL, N_("Copy the conversation as text") },
  { GROUP_TRIAGE, "<Control>p", "win.print", NULL, N_("Print the case") },
  { GROUP_TRIAGE, "u", "win.undo", NULL, N_("Undo") },
  { GROUP_WRITING, "r", "win.reply", NULL, N_("Reply to the customer") },
  { GROUP_WRITING, "f", "win.message", "'forward'", N_("Forward the message") },
  { GROUP_WRITING, "q", "win.message", "'quote'", N_("Quote the message to colleagues") },
  { GROUP_WRITING, "<Control>Return", NULL, NULL, N_("Send the reply, or the note to a partner") },
  { GROUP_WRITING, "<Control><Shift>Return", NULL, NULL, N_("Send the reply and resolve the case") },
  { GROUP_WRITING, "<Control>b", NULL, NULL, N_("Bold in the reply") },
  { GROUP_WRITING, "<Control>i", NULL, NULL, N_("Italic in the reply") },
  { GROUP_WRITING, "<Control><Shift>k", NULL, NULL, N_("Link in the reply") },
  { GROUP_WRITING, "Tab", NULL, NULL, N_("Put in the snippet whose name stands before the cursor") },
  { GROUP_WRITING, "n", "win.note", NULL, N_("Write to colleagues") },
  { GROUP_WRITING, "Return", NULL, NULL, N_("Post the note to colleagues") },
  { GROUP_WRITING, "<Shift>Return", NULL, NULL, N_("New line in the note") },
  { GROUP_WRITING, "at", NULL, NULL, N_("Mention a colleague in the note") },
  { GROUP_GENERAL, "<Control>k", "win.palette", NULL, N_("Find anything, and do it") },
  { GROUP_GENERAL, "d", "win.show-tasks", NULL, N_("My tasks in all cases") },
  { GROUP_GENERAL, "w", "win.show-outbox", NULL, N_("Changes that wait or need you") },
  { GROUP_GENERAL, "<Control><Shift>o", "win.show-outbox", NULL, N_("Changes that wait or need you") },
  { GROUP_GENERAL, "F6", "win.next-pane", NULL, N_("Next pane") },
  { GROUP_GENERAL, "<Shift>F6", "win.previous-pane", NULL, N_("Previous pane") },
  { GROUP_GENERAL, "F9", "win.show-colleagues", NULL, N_("Show or hide the colleagues’ pane") },
  { GROUP_GENERAL, "question", "app.shortcuts", NULL, N_("Keyboard shortcuts") },
  { GROUP_GENERAL, "<Control>question", "app.shortcuts", NULL, N_("Keyboard shortcuts") },
  { GROUP_GENERAL, "<Control>comma", "app.preferences", NULL, N_("Preferences") },
  { GROUP_GENERAL, "<Control>q", "app.quit", NULL, N_("Quit") },
  /* Without keys: for the command palette */
  { GROUP_WRITING, "", "win.message", "'reply-one'", N_("Reply to the sender of the message only") },
  { GROUP_WRITING, "", "win.message", "'task'", N_("Make a task of the message") },
  { GROUP_WRITING, "", "win.message", "'print'", N_("Print the message") },
  { GROUP_WRITING, "", "win.print-notes", NULL, N_("Print the case with its internal notes") },
  { GROUP_TRIAGE, "", "win.assign-me", NULL, N_("Assign to me") },
  { GROUP_TRIAGE, "", "win.status", "'waiting'", N_("Wait for the customer") },
  { GROUP_TRIAGE, "", "win.priority", "'urgent'", N_("Priority: urgent") },
  { GROUP_TRIAGE, "", "win.priority", "'high'", N_("Priority: high") },
  { GROUP_TRIAGE, "", "win.priority", "'normal'", N_("Priority: normal") },
  { GROUP_TRIAGE, "", "win.priority", "'low'", N_("Priority: low") },
  { GROUP_TRIAGE, "", "win.mark-unread", NULL, N_("Mark as unread") },
  { GROUP_TRIAGE, "", "win.mark-read", NULL, N_("Mark as read") },
  { GROUP_TRIAGE, "", "win.not-spam", NULL, N_("Not spam") },
  { GROUP_TRIAGE, "", "win.block-sender", NULL, N_("Block the sender") },
  { GROUP_TRIAGE, "", "win.keep-template", NULL, N_("Keep what worked as a template") },
  { GROUP_GENERAL, "", "win.prepare-offline", NULL, N_("Prepare for offline") },
  { GROUP_GENERAL, "", "win.connect-mailbox", NULL, N_("Connect a mailbox") },
  { GROUP_GENERAL, "", "app.workspace", NULL, N_("Workspace: people, channels, tags, texts, promises") },
  { GROUP_GENERAL, "", "app.about", NULL, N_("About Casement") },
};

/**
 * csm_shortcuts_table:
 * @n_shortcuts: (out): how many
 *
 * Returns: (array length=n_shortcuts): all shortcuts; their titles are not translated yet
 */
const CsmShortcut *
csm_shortcuts_table (guint *n_shortcuts)
{
  *n_shortcuts = G_N_ELEMENTS (table);
  return table;
}

/* Whether it is a bare letter or sign, which must never act while somebody types. */
gboolean
csm_shortcut_is_single_key (const CsmShortcut *shortcut)
{
  return shortcut->action != NULL && strchr (shortcut->accel, '<') == NULL
         && (strlen (shortcut->accel) == 1 || g_str_equal (shortcut->accel, "slash") || g_str_equal (shortcut->accel, "question")
             || g_str_equal (shortcut->accel, "exclam"));
}

/**
 * csm_shortcuts_find_single_key:
 * @keyval: what was pressed
 * @state: with which modifiers
 *
 * Returns: (nullable): the shortcut that it means
 */
const CsmShortcut *
csm_shortcuts_find_single_key (guint           keyval,
                               GdkModifierType state)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK)) != 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (csm_shortcut_is_single_key (&table[i]) && gdk_keyval_from_name (table[i].accel) == keyval)
      return &table[i];
  return NULL;
}

static GtkWidget *
create_row (guint i)
{
  GtkWidget *row = adw_preferences_row_new ();
  const CsmShortcut *next = i + 1 < G_N_ELEMENTS (table) ? &table[i + 1] : NULL;
  gboolean two = next != NULL && g_str_equal (next->title, table[i].title);
  g_autofree char *accel = g_strconcat (table[i].accel, two ? " " : NULL, two ? next->accel : NULL, NULL);
  GtkWidget *title = gtk_label_new (_(table[i].title));

  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(table[i].title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _(table[i].title), -1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), csm_fold_layout_box_new (title, gtk_shortcut_label_new (accel)));
  return row;
}

static GtkWidget *
create_group (guint group)
{
  GtkWidget *widget = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (widget), _(group_titles[group]));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      /* Two keys for one thing stand on one line. */
      gboolean said = i > 0 && g_str_equal (table[i - 1].title, table[i].title);

      if (table[i].group == group && table[i].accel[0] != '\0' && !said)
        adw_preferences_group_add (ADW_PREFERENCES_GROUP (widget), create_row (i));
    }
  return widget;
}

/**
 * csm_shortcuts_new:
 * @parent: (nullable): the window that it belongs to
 *
 * Not a GtkShortcutsWindow: that one lays so many keys out in columns that don't fit narrow windows.
 *
 * Returns: (transfer none): a window with all shortcuts, which can be searched; not shown yet
 */
GtkWindow *
csm_shortcuts_new (GtkWindow *parent)
{
  GtkWidget *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW, "title", _("Keyboard Shortcuts"), "transient-for", parent, "modal", TRUE,
                                    "default-width", 560, "default-height", 680, NULL);
  GtkWidget *page = adw_preferences_page_new ();

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _("Keyboard Shortcuts"));
  for (guint i = 0; i < N_GROUPS; i++)
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (create_group (i)));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  return GTK_WINDOW (window);
}
