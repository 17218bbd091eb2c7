/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-record-table.h"

#define SERVER CSM_PROPERTY_SERVER_SET
#define FIXED CSM_PROPERTY_IMMUTABLE
#define NEEDED CSM_PROPERTY_REQUIRED
#define INDEXED CSM_PROPERTY_INDEXED
#define SEARCHED CSM_PROPERTY_SEARCHED

#define LINE 1000
#define KILO 1024
#define MEGA (1024 * 1024)

#define CREATED { "created", CSM_KIND_DATE, SERVER, 0, NULL, NULL }
#define UPDATED { "updated", CSM_KIND_DATE, SERVER, 0, NULL, NULL }

static const CsmProperty person[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED | SEARCHED, LINE, NULL, NULL },
  { "email", CSM_KIND_STRING, NEEDED | INDEXED, LINE, NULL, NULL },
  { "kind", CSM_KIND_ENUM, SERVER, 0, "staff guest bot", "\"staff\"" },
  { "role", CSM_KIND_ENUM, 0, 0, "agent lead admin guest", "\"agent\"" },
  { "teamIds", CSM_KIND_SET, 0, 100, "t", NULL },
  { "expertise", CSM_KIND_SET, 0, 100, NULL, NULL },
  { "avatarBlobId", CSM_KIND_BLOB, 0, 0, NULL, NULL },
  { "awayFrom", CSM_KIND_DATE, 0, 0, NULL, NULL },
  { "awayUntil", CSM_KIND_DATE, 0, 0, NULL, NULL },
  { "standInId", CSM_KIND_ID, 0, 0, "p", NULL },
  { "whenAway", CSM_KIND_ENUM, 0, 0, "keep standIn team", "\"keep\"" }, /* what becomes of the open cases */
  { "takesCases", CSM_KIND_BOOL, 0, 0, NULL, "true" },                /* automatic assignment may choose them */
  { "active", CSM_KIND_BOOL, 0, 0, NULL, "true" },
  { "timeZone", CSM_KIND_STRING, 0, 100, NULL, NULL }, /* whose mornings they mean, in the TZ database; NULL: the workspace's */
  { "signatures", CSM_KIND_MAP, 0, 100, NULL, NULL }, /* {channelId: {text}}; a channel's own otherwise */
};

static const CsmProperty team[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "department", CSM_KIND_ENUM, 0, 0, "service marketing product sales partner other", "\"other\"" },
  { "memberIds", CSM_KIND_SET, 0, 1000, "p", NULL },
  { "escalatesTo", CSM_KIND_ID, 0, 0, "t", NULL },
  { "assignment", CSM_KIND_ENUM, 0, 0, "none fair", "\"none\"" }, /* of new cases, by itself */
};

static const CsmProperty channel[] = {
  CREATED, UPDATED,
  { "kind", CSM_KIND_ENUM, FIXED, 0, "email chat mastodon sms phone letter visit webhook", "\"email\"" },
  { "name", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "address", CSM_KIND_STRING, INDEXED, LINE, NULL, NULL },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "isPublic", CSM_KIND_BOOL, 0, 0, NULL, NULL },
  { "enabled", CSM_KIND_BOOL, 0, 0, NULL, "true" },
  { "canSend", CSM_KIND_BOOL, SERVER, 0, NULL, NULL },
  { "health", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },
  { "signature", CSM_KIND_TEXT, 0, 4 * KILO, NULL, NULL },
  { "acknowledgement", CSM_KIND_OBJECT, 0, 0, NULL, NULL }, /* {enabled, language, texts: {language: text}} */
  { "authServers", CSM_KIND_SET, 0, 20, NULL, NULL },       /* whose Authentication-Results are believed */
  { "reviewTeamId", CSM_KIND_ID, 0, 0, "t", NULL },         /* who has to approve what leaves here; NULL: nobody */
  { "plusAddressing", CSM_KIND_BOOL, 0, 0, NULL, NULL },    /* name+detail@domain comes to name@domain (RFC 5233) */
};

static const CsmProperty tag[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED | INDEXED, 100, NULL, NULL },
  { "color", CSM_KIND_ENUM, 0, 0, "blue green yellow orange red purple brown gray", "\"blue\"" },
};

static const CsmProperty customer[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, SEARCHED, LINE, NULL, NULL },
  { "organisation", CSM_KIND_STRING, SEARCHED, LINE, NULL, NULL },
  { "identities", CSM_KIND_MAP, 0, 100, NULL, NULL },
  { "language", CSM_KIND_STRING, 0, 35, NULL, NULL },
  { "timezone", CSM_KIND_STRING, 0, 100, NULL, NULL },
  { "tags", CSM_KIND_SET, 0, 100, "g", NULL },
  { "attributes", CSM_KIND_MAP, 0, 100, NULL, NULL },
  { "note", CSM_KIND_TEXT, 0, 64 * KILO, NULL, NULL },
  { "serviceLevelId", CSM_KIND_ID, 0, 0, "l", NULL },
  { "mergedIntoId", CSM_KIND_ID, 0, 0, "u", NULL },
  { "merged", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },   /* {by, at, identities: those that went along} */
  { "splitFromId", CSM_KIND_ID, FIXED, 0, "u", NULL },    /* it takes the addresses that it names from that one */
};

static const CsmProperty case_[] = {
  CREATED, UPDATED,
  { "subject", CSM_KIND_STRING, NEEDED | SEARCHED, LINE, NULL, NULL },
  { "status", CSM_KIND_ENUM, INDEXED, 0, "new open waiting snoozed resolved closed", "\"new\"" },
  { "lane", CSM_KIND_ENUM, INDEXED, 0, "conversation notification newsletter fileShare account digest bounce automatic checking spam", "\"conversation\"" },
  { "customerId", CSM_KIND_ID, INDEXED, 0, "u", NULL },
  { "ownerId", CSM_KIND_ID, INDEXED, 0, "p", NULL },
  { "teamId", CSM_KIND_ID, INDEXED, 0, "t", NULL },
  { "participantIds", CSM_KIND_SET, 0, 200, "p", NULL },
  { "priority", CSM_KIND_ENUM, INDEXED, 0, "low normal high urgent", "\"normal\"" },
  { "tags", CSM_KIND_SET, INDEXED, 100, "g", NULL },
  { "goal", CSM_KIND_TEXT, 0, 4 * KILO, NULL, NULL },
  { "goalOutcome", CSM_KIND_ENUM, 0, 0, "met unmet", NULL },
  { "brief", CSM_KIND_MAP, 0, 20, NULL, NULL }, /* facts, tried, promises, next → {text, by, at} */
  { "templateId", CSM_KIND_ID, 0, 0, "e", NULL },
  { "mergedIntoId", CSM_KIND_ID, INDEXED, 0, "c", NULL },
  { "partners", CSM_KIND_MAP, 0, 20, NULL, NULL }, /* the teams of guests who see it → {conversation: whether they see the messages} */
  { "serviceLevelId", CSM_KIND_ID, SERVER, 0, "l", NULL },
  { "clocks", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL }, /* acknowledge, answer, resolve → {by, metAt, state, why} */
  { "clockAt", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL }, /* the first deadline that is running */
  { "clockKind", CSM_KIND_ENUM, SERVER, 0, "acknowledge answer resolve", NULL },
  { "warnAt", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL }, /* from when on it is due soon */
  { "dueAt", CSM_KIND_DATE, INDEXED, 0, NULL, NULL },
  { "snoozedUntil", CSM_KIND_DATE, INDEXED, 0, NULL, NULL },
  { "sentiment", CSM_KIND_ENUM, 0, 0, "positive neutral negative", NULL },
  { "messagesState", CSM_KIND_STRING, SERVER, 100, NULL, NULL },
  { "lastActivityAt", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "lastMessageAt", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "lastMessageId", CSM_KIND_ID, SERVER, 0, "m", NULL },
  { "channelIds", CSM_KIND_SET, SERVER, 100, "h", NULL },
  { "messageCount", CSM_KIND_INT, SERVER, 0, NULL, "0" },
  { "hasAttachment", CSM_KIND_BOOL, SERVER, 0, NULL, NULL },
  { "preview", CSM_KIND_STRING, SERVER, LINE, NULL, NULL },
  { "undecided", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL }, /* replies of which somebody has to say what becomes of them: {messageId or submissionId: {by}} */
  { "resolvedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "relatedCaseIds", CSM_KIND_SET, 0, 100, "c", NULL },
};

static const CsmProperty conversation[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | INDEXED, 0, "c", NULL },
  { "customerId", CSM_KIND_ID, NEEDED | INDEXED, 0, "u", NULL },
  { "channelId", CSM_KIND_ID, NEEDED | INDEXED, 0, "h", NULL },
  { "subject", CSM_KIND_STRING, 0, LINE, NULL, NULL },
  { "externalId", CSM_KIND_STRING, 0, LINE, NULL, NULL },
  { "splitFromId", CSM_KIND_ID, FIXED, 0, "v", NULL },    /* it takes that one's messages, … */
  { "firstMessageId", CSM_KIND_ID, FIXED, 0, "m", NULL }, /* … from this one on */
  { "mergedIntoId", CSM_KIND_ID, 0, 0, "v", NULL },
};

static const CsmProperty message[] = {
  CREATED, UPDATED,
  { "conversationId", CSM_KIND_ID, SERVER | INDEXED, 0, "v", NULL },
  { "caseId", CSM_KIND_ID, SERVER | INDEXED, 0, "c", NULL },
  { "channelId", CSM_KIND_ID, SERVER | INDEXED, 0, "h", NULL },
  { "direction", CSM_KIND_ENUM, SERVER | INDEXED, 0, "in out", NULL },
  { "authorId", CSM_KIND_ID, SERVER | INDEXED, 0, "p", NULL },
  { "customerId", CSM_KIND_ID, SERVER | INDEXED, 0, "u", NULL },
  { "submissionId", CSM_KIND_ID, SERVER | INDEXED, 0, "s", NULL },
  { "at", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "sentAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "subject", CSM_KIND_STRING, SERVER | SEARCHED, LINE, NULL, NULL },
  { "from", CSM_KIND_LIST, SERVER | SEARCHED, 100, NULL, NULL },
  { "replyTo", CSM_KIND_LIST, SERVER, 100, NULL, NULL },
  { "to", CSM_KIND_LIST, SERVER | SEARCHED, 1000, NULL, NULL },
  { "cc", CSM_KIND_LIST, SERVER | SEARCHED, 1000, NULL, NULL },
  { "preview", CSM_KIND_STRING, SERVER, LINE, NULL, NULL },
  { "textBody", CSM_KIND_TEXT, SERVER | SEARCHED, MEGA, NULL, NULL },
  { "body", CSM_KIND_LIST, SERVER, 0, NULL, NULL },
  { "bodyIsCut", CSM_KIND_BOOL, SERVER, 0, NULL, NULL },
  { "rawBlobId", CSM_KIND_BLOB, SERVER, 0, NULL, NULL },
  { "htmlBlobId", CSM_KIND_BLOB, SERVER, 0, NULL, NULL },
  { "attachments", CSM_KIND_LIST, SERVER, 1000, NULL, NULL },
  { "messageId", CSM_KIND_STRING, SERVER, LINE, NULL, NULL },
  { "inReplyTo", CSM_KIND_LIST, SERVER, 1000, NULL, NULL },
  { "references", CSM_KIND_LIST, SERVER, 1000, NULL, NULL },
  { "automatic", CSM_KIND_ENUM, SERVER, 0, "reply notification newsletter bounce acknowledgement", NULL },
  { "warnings", CSM_KIND_SET, SERVER, 20, NULL, NULL },
  { "trust", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },       /* {verdict, domain, spf, dkim, dmarc, server} */
  { "calendar", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },    /* an invitation */
  { "contacts", CSM_KIND_LIST, SERVER, 100, NULL, NULL },    /* visiting cards */
  { "unsubscribe", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL }, /* {oneClick, url, mailto, doneAt, doneBy} */
  { "awayUntil", CSM_KIND_DATE, SERVER, 0, NULL, NULL },     /* when an out-of-office writer is back */
  { "delivery", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },
};

static const CsmProperty submission[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "conversationId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "v", NULL },
  { "authorId", CSM_KIND_ID, SERVER | INDEXED, 0, "p", NULL },
  { "to", CSM_KIND_LIST, NEEDED | FIXED, 100, NULL, NULL },
  { "cc", CSM_KIND_LIST, FIXED, 100, NULL, NULL },
  { "bcc", CSM_KIND_LIST, FIXED, 100, NULL, NULL },
  { "subject", CSM_KIND_STRING, FIXED, LINE, NULL, NULL },
  { "textBody", CSM_KIND_TEXT, NEEDED | FIXED, MEGA, NULL, NULL },
  { "attachments", CSM_KIND_LIST, FIXED, 100, NULL, NULL },
  { "inReplyTo", CSM_KIND_ID, FIXED, 0, "m", NULL },
  { "basedOn", CSM_KIND_ID, FIXED, 0, "m", NULL },
  { "casePatch", CSM_KIND_OBJECT, FIXED, 0, NULL, NULL },
  { "casePatchBefore", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL }, /* what the patch replaced: {property: {before, after}} */
  { "confirmed", CSM_KIND_BOOL, FIXED, 0, NULL, NULL },
  { "undoFor", CSM_KIND_INT, FIXED, 60, NULL, "10" },
  { "undoUntil", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "undoStatus", CSM_KIND_ENUM, INDEXED, 0, "pending held final canceled", "\"pending\"" },
  { "sendAt", CSM_KIND_DATE, 0, 0, NULL, NULL },               /* not before that, by the server's clock */
  { "checkedOn", CSM_KIND_ID, SERVER, 0, "m", NULL },          /* the newest message when that was chosen */
  { "held", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },          /* why it did not leave then: {why, newerId, at} */
  { "messageId", CSM_KIND_ID, SERVER, 0, "m", NULL },
  { "draftParagraphs", CSM_KIND_MAP, FIXED, 2000, NULL, NULL }, /* what of the shared draft this is: {key: {rev}} */
  { "writtenBy", CSM_KIND_SET, SERVER, 100, "p", NULL },
  { "draftBefore", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL }, /* what it took out of the draft, while it may be taken back: {paragraphs, left, values} */
  { "snippetIds", CSM_KIND_SET, FIXED, 100, "x", NULL },
  { "articleIds", CSM_KIND_SET, FIXED, 100, "a", NULL },
  { "decision", CSM_KIND_ENUM, 0, 0, "arrived again", NULL }, /* what somebody says about a delivery that is unknown, … */
  { "decidedOn", CSM_KIND_DATE, 0, 0, NULL, NULL },                       /* … since this instant, as they saw it */
};

static const CsmProperty comment[] = {
  CREATED, UPDATED,
  { "kind", CSM_KIND_ENUM, FIXED, 0, "comment handOver", "\"comment\"" },
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "authorId", CSM_KIND_ID, SERVER | INDEXED, 0, "p", NULL },
  { "body", CSM_KIND_TEXT, NEEDED | SEARCHED, 64 * KILO, NULL, NULL },
  { "mentions", CSM_KIND_SET, 0, 100, "p", NULL },
  { "inReplyTo", CSM_KIND_ID, FIXED, 0, "n", NULL },
  { "attachments", CSM_KIND_LIST, 0, 100, NULL, NULL },
  { "pinned", CSM_KIND_BOOL, 0, 0, NULL, NULL },
  { "at", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "editedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "revisions", CSM_KIND_LIST, SERVER, 20, NULL, NULL }, /* [{at, body}]: what it said before, the oldest first */
  { "deleted", CSM_KIND_BOOL, 0, 0, NULL, NULL },
};

/* What is said with one partner's guests about a case: a type of its own, so that no mistake in a filter can show them a Comment. */
static const CsmProperty shared_comment[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "partnerId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "t", NULL },
  { "authorId", CSM_KIND_ID, SERVER | INDEXED, 0, "p", NULL },
  { "body", CSM_KIND_TEXT, NEEDED, 64 * KILO, NULL, NULL },
  { "attachments", CSM_KIND_LIST, 0, 100, NULL, NULL },
  { "at", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "editedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "deleted", CSM_KIND_BOOL, 0, 0, NULL, NULL },
};

static const CsmProperty task[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "title", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "note", CSM_KIND_TEXT, 0, 4 * KILO, NULL, NULL },
  { "authorId", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "assigneeId", CSM_KIND_ID, INDEXED, 0, "p", NULL },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "dueAt", CSM_KIND_DATE, INDEXED, 0, NULL, NULL },
  { "done", CSM_KIND_BOOL, 0, 0, NULL, NULL },
  { "doneAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "doneBy", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "skipped", CSM_KIND_STRING, 0, LINE, NULL, NULL },   /* why it is not going to be done; NULL: it is */
  { "position", CSM_KIND_STRING, 0, 100, NULL, NULL },   /* orders as text does: there is always room between two */
  { "checklist", CSM_KIND_MAP, 0, 100, NULL, NULL },     /* key → {title, done, position} */
  { "templateId", CSM_KIND_ID, FIXED, 0, "e", NULL },
};

/* The reply that colleagues write together: one a conversation, with the conversation's ULID. */
static const CsmProperty draft[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "conversationId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "v", NULL },
  { "paragraphs", CSM_KIND_MAP, 0, 2000, NULL, NULL },   /* key → {text, position, rev, writer, by, at, others: [{text, by, at}]} */
  { "spentRev", CSM_KIND_INT, SERVER, 0, NULL, "0" },    /* the greatest "rev" of paragraphs that are gone */
  { "envelope", CSM_KIND_MAP, 0, 4, NULL, NULL },        /* to, cc, bcc, subject → {value, rev, writer, by, at, others: [{value, by, at}]} */
  { "files", CSM_KIND_MAP, 0, 100, NULL, NULL },         /* key → {blobId, name, type, size, inline, cid, by, at} */
  { "basedOn", CSM_KIND_ID, 0, 0, "m", NULL },
  { "authorIds", CSM_KIND_SET, SERVER, 100, "p", NULL },
  { "review", CSM_KIND_ENUM, 0, 0, "none requested approved changesWanted", "\"none\"" },
  { "reviewerId", CSM_KIND_ID, 0, 0, "p", NULL },
  { "reviewTeamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "reviewNote", CSM_KIND_TEXT, 0, 4 * KILO, NULL, NULL },
  { "requestedBy", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "requestedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "reviewedBy", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "reviewedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
  { "changedSinceReview", CSM_KIND_BOOL, SERVER, 0, NULL, NULL },
  { "reviewedParagraphs", CSM_KIND_MAP, 0, 2000, NULL, NULL }, /* what a reviewer has seen: {key: {rev}} */
  { "reviewedParts", CSM_KIND_MAP, 0, 104, NULL, NULL },   /* likewise, of envelope and files */
  { "revisions", CSM_KIND_LIST, SERVER, 100, NULL, NULL }, /* [{at, by, text}]: who wrote what */
};

static const CsmProperty snippet[] = {
  CREATED, UPDATED,
  { "title", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "body", CSM_KIND_TEXT, 0, 64 * KILO, NULL, NULL },
  { "shortcut", CSM_KIND_STRING, 0, 100, NULL, NULL },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "language", CSM_KIND_STRING, 0, 35, NULL, NULL },
  { "useCount", CSM_KIND_INT, SERVER, 0, NULL, "0" },
  { "lastUsedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
};

static const CsmProperty article[] = {
  CREATED, UPDATED,
  { "title", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "body", CSM_KIND_TEXT, 0, 64 * KILO, NULL, NULL },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "language", CSM_KIND_STRING, 0, 35, NULL, NULL },
  { "caseId", CSM_KIND_ID, FIXED, 0, "c", NULL },
  { "authorId", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "useCount", CSM_KIND_INT, SERVER, 0, NULL, "0" },
  { "lastUsedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
};

/* What worked in a case that is done, without its customer. */
static const CsmProperty template[] = {
  CREATED, UPDATED,
  { "title", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "goal", CSM_KIND_TEXT, 0, 4 * KILO, NULL, NULL },
  { "tasks", CSM_KIND_LIST, 0, 100, NULL, NULL },        /* [{title, note, checklist: [title], dueAfter: minutes}] */
  { "texts", CSM_KIND_LIST, 0, 20, NULL, NULL },         /* [{title, body}] */
  { "expertIds", CSM_KIND_SET, 0, 20, "p", NULL },
  { "expertise", CSM_KIND_SET, 0, 20, NULL, NULL },
  { "tagIds", CSM_KIND_SET, 0, 100, "g", NULL },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "words", CSM_KIND_SET, 0, 100, NULL, NULL },         /* that similar cases have */
  { "typical", CSM_KIND_OBJECT, 0, 0, NULL, NULL },      /* {firstReply, resolve}: minutes */
  { "caseId", CSM_KIND_ID, FIXED, 0, "c", NULL },
  { "enabled", CSM_KIND_BOOL, 0, 0, NULL, "true" },
  { "useCount", CSM_KIND_INT, SERVER, 0, NULL, "0" },
  { "changedCount", CSM_KIND_INT, SERVER, 0, NULL, "0" }, /* tasks were added or skipped */
  { "metCount", CSM_KIND_INT, SERVER, 0, NULL, "0" },     /* the goal was met */
  { "lastUsedAt", CSM_KIND_DATE, SERVER, 0, NULL, NULL },
};

/* When people are at work. */
static const CsmProperty calendar[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "timezone", CSM_KIND_STRING, 0, 100, NULL, NULL },   /* NULL: the workspace's */
  { "hours", CSM_KIND_MAP, 0, 7, NULL, NULL },           /* "mon" … "sun" → {spans: [[minute, minute]]} of the day */
  { "holidays", CSM_KIND_MAP, 0, 1000, NULL, NULL },     /* "2026-12-25" → {name} */
};

/* What customers are promised. The first one, by position, whose conditions hold is the case's. */
static const CsmProperty service_level[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL },
  { "position", CSM_KIND_INT, 0, 0, NULL, "0" },
  { "enabled", CSM_KIND_BOOL, 0, 0, NULL, "true" },
  { "teamId", CSM_KIND_ID, 0, 0, "t", NULL },
  { "channelId", CSM_KIND_ID, 0, 0, "h", NULL },
  { "priority", CSM_KIND_ENUM, 0, 0, "low normal high urgent", NULL },
  { "byCustomer", CSM_KIND_BOOL, 0, 0, NULL, NULL },     /* only for customers who were promised this one */
  { "calendarId", CSM_KIND_ID, 0, 0, "o", NULL },        /* NULL: day and night */
  { "acknowledgeWithin", CSM_KIND_INT, 0, 0, NULL, NULL }, /* minutes of the calendar; NULL: no promise */
  { "answerWithin", CSM_KIND_INT, 0, 0, NULL, NULL },
  { "resolveWithin", CSM_KIND_INT, 0, 0, NULL, NULL },
  { "warnBefore", CSM_KIND_INT, 0, 0, NULL, "60" },      /* minutes */
  { "pausesWaiting", CSM_KIND_BOOL, 0, 0, NULL, "true" }, /* while the customer has the word */
  { "steps", CSM_KIND_MAP, 0, 20, NULL, NULL },          /* key → {clock, minutes: before (−) or after the breach, does: warnOwner | tellLead | escalate} */
};

static const CsmProperty rule[] = {
  CREATED, UPDATED,
  { "kind", CSM_KIND_ENUM, NEEDED | FIXED, 0, "lane block", NULL },
  { "name", CSM_KIND_STRING, 0, LINE, NULL, NULL },
  { "builtIn", CSM_KIND_STRING, SERVER, 100, NULL, NULL }, /* the name of a condition that is in the program; those of "conditions" otherwise */
  { "enabled", CSM_KIND_BOOL, 0, 0, NULL, "true" },
  { "position", CSM_KIND_INT, 0, 0, NULL, "0" },
  { "channelId", CSM_KIND_ID, 0, 0, "h", NULL },
  { "conditions", CSM_KIND_MAP, 0, 20, NULL, NULL }, /* all must hold */
  { "lane", CSM_KIND_ENUM, 0, 0, "conversation notification newsletter fileShare account digest bounce automatic checking spam", NULL },
};

static const CsmProperty event[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, SERVER | INDEXED, 0, "c", NULL },
  { "at", CSM_KIND_DATE, SERVER | INDEXED, 0, NULL, NULL },
  { "personId", CSM_KIND_ID, SERVER, 0, "p", NULL },
  { "kind", CSM_KIND_STRING, SERVER, 100, NULL, NULL },
  { "property", CSM_KIND_STRING, SERVER, 100, NULL, NULL },
  { "before", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },
  { "after", CSM_KIND_OBJECT, SERVER, 0, NULL, NULL },
  { "recordId", CSM_KIND_STRING, SERVER, 100, NULL, NULL },
};

static const CsmProperty seen[] = {
  CREATED, UPDATED,
  { "caseId", CSM_KIND_ID, NEEDED | FIXED | INDEXED, 0, "c", NULL },
  { "upTo", CSM_KIND_DATE, NEEDED | INDEXED, 0, NULL, NULL },
};

/* A search that a person keeps. */
static const CsmProperty view[] = {
  CREATED, UPDATED,
  { "name", CSM_KIND_STRING, NEEDED, 100, NULL, NULL },
  { "search", CSM_KIND_STRING, NEEDED, LINE, NULL, NULL }, /* as it is typed */
  { "position", CSM_KIND_STRING, 0, 100, NULL, NULL },     /* orders as text does: there is always room between two */
};

#define WRITE (CSM_RECORD_CREATE | CSM_RECORD_UPDATE)
#define TYPE(ID, Name, letter, table, capability, flags, properties) \
  [CSM_TYPE_ID_##ID] = { CSM_TYPE_ID_##ID, Name, letter, table, CSM_CAPABILITY_##capability, flags, properties, G_N_ELEMENTS (properties) }

/*
 * The single source of what a record is: the wire, validation, patches, and the columns of
 * the server's tables and the client's cache come from it. A case and its table would be SQL
 * keywords, and the cache has a table of what is being typed, hence the underscores.
 */
const CsmRecordType csm_record_table[CSM_N_TYPES] = {
  TYPE (PERSON, "Person", 'p', "person", DESK, WRITE, person),
  TYPE (TEAM, "Team", 't', "team", DESK, WRITE, team),
  TYPE (CHANNEL, "Channel", 'h', "channel", DESK, CSM_RECORD_UPDATE | CSM_RECORD_ADMIN, channel),
  TYPE (TAG, "Tag", 'g', "tag", DESK, WRITE | CSM_RECORD_DESTROY, tag),
  TYPE (CUSTOMER, "Customer", 'u', "customer", DESK, WRITE, customer),
  TYPE (CASE, "Case", 'c', "case_", DESK, WRITE, case_),
  TYPE (CONVERSATION, "Conversation", 'v', "conversation", DESK, WRITE, conversation),
  TYPE (MESSAGE, "Message", 'm', "message", DESK, 0, message),
  TYPE (SUBMISSION, "Submission", 's', "submission", DESK, WRITE, submission),
  TYPE (SHARED_COMMENT, "SharedComment", 'q', "shared_comment", DESK, WRITE, shared_comment),
  TYPE (SERVICE_LEVEL, "ServiceLevel", 'l', "service_level", DESK, WRITE | CSM_RECORD_DESTROY, service_level),
  TYPE (CALENDAR, "Calendar", 'o', "calendar", DESK, WRITE | CSM_RECORD_DESTROY, calendar),
  TYPE (COMMENT, "Comment", 'n', "comment", INTERNAL, WRITE, comment),
  TYPE (TASK, "Task", 'k', "task", INTERNAL, WRITE | CSM_RECORD_DESTROY, task),
  TYPE (DRAFT, "Draft", 'd', "draft_", INTERNAL, WRITE, draft),
  TYPE (SNIPPET, "Snippet", 'x', "snippet", INTERNAL, WRITE | CSM_RECORD_DESTROY, snippet),
  TYPE (TEMPLATE, "Template", 'e', "template", INTERNAL, WRITE | CSM_RECORD_DESTROY, template),
  TYPE (ARTICLE, "Article", 'a', "article", INTERNAL, WRITE | CSM_RECORD_DESTROY, article),
  TYPE (RULE, "Rule", 'r', "rule", INTERNAL, WRITE | CSM_RECORD_DESTROY, rule),
  TYPE (EVENT, "Event", 'y', "event", INTERNAL, 0, event),
  TYPE (SEEN, "Seen", 'z', "seen", PERSONAL, WRITE | CSM_RECORD_DESTROY | CSM_RECORD_PERSONAL, seen),
  TYPE (VIEW, "View", 'w', "view_", PERSONAL, WRITE | CSM_RECORD_DESTROY | CSM_RECORD_PERSONAL, view),
};
