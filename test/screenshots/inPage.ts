/** For the page to evaluate: whether all images in sight are there. */
export const imagesAreThere = `[...document.images]
  .filter((image) => image.getBoundingClientRect().top < innerHeight && image.getBoundingClientRect().bottom > 0)
  .every((image) => image.complete && image.naturalWidth > 0)`;

/** For the page to evaluate: writes one text in place of another wherever it stands. */
export const replaceText = (from: string, to: string) => `{
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    walker.currentNode.data = walker.currentNode.data.replaceAll(${JSON.stringify(from)}, ${JSON.stringify(to)});
}`;
