import type { Blobs } from './blobs.ts'
import { openDiskBlobs } from './disk-blobs.ts'
import { openS3Blobs, type S3Place } from './s3-blobs.ts'

/** Where blobs are kept: a folder of this machine, or a place in S3. */
export type BlobsPlace = { readonly folder: string } | { readonly s3: S3Place }

/** The store at this place. `cacheFolder` holds copies of what is kept elsewhere. */
export const openBlobs = (place: BlobsPlace, cacheFolder: string): Promise<Blobs> =>
  'folder' in place ? openDiskBlobs(place.folder) : openS3Blobs(place.s3, cacheFolder)
