/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

/* What the Session's core capability promises (RFC 8620, section 2), in octets and numbers. */
#define CSM_JMAP_MAX_SIZE_UPLOAD 50000000
#define CSM_JMAP_MAX_CONCURRENT_UPLOAD 4
#define CSM_JMAP_MAX_SIZE_REQUEST 10000000
#define CSM_JMAP_MAX_CONCURRENT_REQUESTS 8
#define CSM_JMAP_MAX_CALLS_IN_REQUEST 32
#define CSM_JMAP_MAX_OBJECTS_IN_GET 1000
#define CSM_JMAP_MAX_OBJECTS_IN_SET 1000

/* Bytes of a response after which no more calls of its request are done, and of the answers that a request may refer to:
 * calls that refer to calls that refer to calls could otherwise make much out of little. */
#define CSM_JMAP_MAX_SIZE_RESPONSE 64000000
#define CSM_JMAP_MAX_SIZE_REFERENCES 16000000

/* The most ids that one page of /changes holds, whatever `maxChanges` asks for. */
#define CSM_JMAP_MAX_CHANGES 5000
