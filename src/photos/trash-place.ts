/** A place in a trash, whose photos stand in the order of their deletion. */
export interface TrashPlace {
  deletedAt: Date;
  /** Of the photo. */
  sequence: number;
}
