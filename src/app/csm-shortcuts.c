/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-shortcuts.h"

#include <glib/gi18n.h>
#include <string.h>

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
  { GROUP_GENERAL, "d", "win.show-tasks", NULL, N_("My tasks in all cases") },
  { GROUP_GENERAL, "w", "win.show-outbox", NULL, N_("Changes that wait or need you") },
  { GROUP_GENERAL, "<Control><Shift>o", "win.show-outbox", NULL, N_("Changes that wait or need you") },
  { GROUP_GENERAL, "F9", "win.show-colleagues", NULL, N_("Show or hide the colleagues’ pane") },
  { GROUP_GENERAL, "question", "app.shortcuts", NULL, N_("Keyboard shortcuts") },
  { GROUP_GENERAL, "<Control>question", "app.shortcuts", NULL, N_("Keyboard shortcuts") },
  { GROUP_GENERAL, "<Control>comma", "app.preferences", NULL, N_("Preferences") },
  { GROUP_GENERAL, "<Control>q", "app.quit", NULL, N_("Quit") },
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

/* Before GTK 4.14 a shortcuts window can only be filled by GtkBuilder. */
static void
add_shortcut (GString *ui,
              guint    i)
{
  const CsmShortcut *next = i + 1 < G_N_ELEMENTS (table) ? &table[i + 1] : NULL;
  gboolean two = next != NULL && g_str_equal (next->title, table[i].title);
  g_autofree char *line = g_markup_printf_escaped (
    "<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property>"
    "<property name='accelerator'>%s%s%s</property></object></child>",
    _(table[i].title), table[i].accel, two ? " " : "", two ? next->accel : "");

  /* Two keys for one thing stand on one line. */
  if (i > 0 && g_str_equal (table[i - 1].title, table[i].title))
    return;
  g_string_append (ui, line);
}

static void
add_group (GString *ui,
           guint    group)
{
  g_autofree char *head = g_markup_printf_escaped (
    "<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", _(group_titles[group]));

  g_string_append (ui, head);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].group == group)
      add_shortcut (ui, i);
  g_string_append (ui, "</object></child>");
}

/**
 * csm_shortcuts_new:
 * @parent: (nullable): the window that it belongs to
 *
 * Returns: (transfer none): a window with all shortcuts, not shown yet
 */
GtkWindow *
csm_shortcuts_new (GtkWindow *parent)
{
  g_autoptr (GString) ui = g_string_new ("<interface><object class='GtkShortcutsWindow' id='shortcuts'>"
                                         "<property name='modal'>True</property><child>"
                                         "<object class='GtkShortcutsSection'>"
                                         "<property name='section-name'>all</property>"
                                         "<property name='max-height'>30</property>");
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  for (guint i = 0; i < N_GROUPS; i++)
    add_group (ui, i);
  g_string_append (ui, "</object></child></object></interface>");
  builder = gtk_builder_new_from_string (ui->str, (gssize) ui->len);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  gtk_window_set_transient_for (window, parent);
  return window;
}
