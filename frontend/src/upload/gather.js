// The files of a drop or a file field, with their path inside the folder they came in.

const read = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function* walk(entry) {
  if (entry.isFile) {
    yield { file: await fileOf(entry), path: entry.fullPath.replace(/^\//, "") };
  } else if (entry.isDirectory) {
    const reader = entry.createReader();
    // A reader gives at most a hundred at a time, and an empty list when there are no more.
    for (let batch = await read(reader); batch.length; batch = await read(reader)) {
      for (const child of batch) yield* walk(child);
    }
  }
}

/** Each file of a drop as it is found. The list of items dies with the event, so it is read at once. */
export async function* fromDrop(transfer) {
  const found = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  for (const item of found) {
    if (item instanceof File) yield { file: item, path: item.name };
    else if (item) yield* walk(item);
  }
}

/** The files of a field; a folder field knows their paths. */
export const fromField = (field) => [...field.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
