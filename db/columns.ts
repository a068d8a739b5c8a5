import type { ColumnType } from 'kysely'

/** A column the database fills when the insert leaves it out. */
export type Filled<T> = ColumnType<T, T | undefined, T>
/** JSON goes in as text: the driver would send a JavaScript array as a PostgreSQL one. */
export type Json<T> = ColumnType<T, string, string>
/** JSON that the database fills. */
export type FilledJson<T> = ColumnType<T, string | undefined, string>
/** JSON that may be null. */
export type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>
