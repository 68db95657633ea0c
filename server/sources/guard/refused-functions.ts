import { KnownError } from '../../../contract/error.ts'
import type { SourceKind } from '../../../contract/source-kind.ts'

/** Functions that reach the server's files and programs, other databases or sessions, write, or run SQL given as text. */
const REFUSED: Partial<Record<SourceKind, RegExp>> = {
  postgres:
    /^(pg_read_\w+|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_current_logfile|pg_hba_file_rules|pg_show_all_file_settings|pg_ident_file_mappings|pg_config|lo_\w+|loread|lowrite|dblink\w*|postgres_fdw_\w+|file_fdw_\w+|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile\w*|pg_log_backend_memory_contexts|set_config|nextval|setval|lastval|currval|pg_(try_)?advisory_\w+|pg_logical_\w+|pg_replication_\w+|pg_create_\w+|pg_drop_\w+|pg_copy_\w+|pg_wal_\w+|pg_switch_wal|pg_switch_xlog|pg_promote|pg_(start|stop)_backup|pg_backup_\w+|pg_export_snapshot|pg_notify|pg_stat_reset\w*|pg_stat_clear\w*|pg_import_system_collations|pg_prewarm|autoprewarm_\w+|brin_\w+|gin_clean_pending_list|(query|table|cursor|schema|database)_to_xml\w*|ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table|pg_execute_server_program|binary_upgrade_\w+|plpgsql_\w+|txid_current|pg_current_xact_id|pg_extension_config_dump|pg_get_wal_\w+|heap_page_items|get_raw_page|pg_stat_statements_reset|pg_sleep_until)$/,
  mysql:
    /^(load_file|sys_exec|sys_eval|sys_get|sys_set|lib_mysqludf\w*|benchmark|get_lock|release_lock|release_all_locks|is_free_lock|is_used_lock|master_pos_wait|master_gtid_wait|source_pos_wait|wait_for_executed_gtid_set\w*|nextval|setval|lastval|last_insert_id|ps_\w+|execute_prepared_stmt)$/,
  sqlite: /^(load_extension|readfile|writefile|edit|fts3_tokenizer|pragma_\w+|sqlite_\w+|fsdir|lsdir|zipfile|dbstat|eval|shell)$/,
  clickhouse:
    /^(file|url|urlcluster|filecluster|s3|s3cluster|gcs|hdfs|hdfscluster|azureblobstorage\w*|mysql|postgresql|mongodb|redis|sqlite|jdbc|odbc|remote|remotesecure|cluster|clusterallreplicas|executable|input|merge|dictionary|iceberg\w*|deltalake\w*|hudi|sleep|sleepeachrow|getsetting|getserversetting|filesystem\w*|querycache|loop)$/,
  snowflake:
    /^(system\$.+|get_presigned_url|get_stage_location|build_\w+_file_url|result_scan|infer_schema|directory|ai_\w+|complete|try_complete)$/,
  bigquery:
    /^(external_query|generate(_(text|embedding|table|bool|double|int))?|annotate_image|process_document|transcribe|understand_text)$/,
  trino: /^(query|procedure|raw_query|execute)$/,
}

/** Throws `not-read-only` when one of the functions is refused in this dialect. */
export function refuseFunctions(kind: SourceKind, names: readonly string[]): void {
  const refused = REFUSED[kind]
  const found = names.find((name) => refused?.test(name.split('.').at(-1) ?? ''))
  if (found !== undefined)
    throw new KnownError('not-read-only', `The function ${found} is not allowed here: it reaches beyond the data, or writes.`)
}
