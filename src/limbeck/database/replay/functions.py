"""
Functions of which it is known that they do nothing but compute.

Responsible for the names.  A function that is not here may be the user's own, and may do anything.
"""

from __future__ import annotations

from typing import Final

_NAMES = """
abs acos age array_agg array_append array_cat array_length array_position array_remove
array_to_string ascii asin atan avg bin bit_length bool_and bool_or btrim cardinality cast ceil
ceiling char char_length character_length chr clock_timestamp coalesce concat concat_ws conv convert
cos count crc32 cume_dist curdate current_date current_setting current_time current_timestamp
current_user curtime date date_add date_format date_part date_sub date_trunc datediff datetime day
dayname dayofmonth dayofweek dayofyear decode degrees dense_rank div encode exp extract field
find_in_set first_value floor format from_base64 from_unixtime gen_random_uuid generate_series glob
greatest group_concat hex hour if ifnull iif initcap insert instr isnull json json_agg json_array
json_array_elements json_array_length json_build_array json_build_object json_contains json_each
json_extract json_extract_path json_extract_path_text json_insert json_keys json_merge_patch
json_object json_object_agg json_quote json_remove json_replace json_set json_type json_unquote
json_valid json_value jsonb jsonb_agg jsonb_array_elements jsonb_array_elements_text
jsonb_array_length jsonb_build_array jsonb_build_object jsonb_extract_path jsonb_extract_path_text
jsonb_insert jsonb_object_agg jsonb_set jsonb_strip_nulls julianday lag last_day last_value lcase
lead least left length like ln localtime localtimestamp locate log log10 log2 lower lpad ltrim
make_date make_timestamp max md5 mid min minute mod month monthname now nth_value ntile nullif
num_nonnulls num_nulls octet_length ord percent_rank pi position pow power printf quarter quote
quote_ident quote_literal quote_nullable radians rand random randomblob rank regexp_like
regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_substr repeat replace
reverse right round row_number row_to_json rpad rtrim second session_user sha1 sha2 sha256 sign sin
split_part sqrt statement_timestamp str_to_date strcmp strftime string_agg string_to_array strpos
substr substring substring_index sum sysdate tan time timediff timestamp timestampdiff to_base64
to_char to_date to_days to_hex to_json to_jsonb to_number to_timestamp total transaction_timestamp
translate trim trunc truncate typeof ucase unaccent unhex unicode unistr unix_timestamp unnest upper
user utc_timestamp uuid uuid_generate_v4 version week weekday width_bucket year zeroblob
"""
HARMLESS: Final = frozenset(_NAMES.split())
