// An extension that loads another one's bundle as VS Code would, and tells how much longer that takes than an empty one.
const timed = (file) => {
  const started = performance.now();
  require(file);
  return performance.now() - started;
};

exports.activate = () => {
  const empty = timed('./empty.js');
  return { loadOverEmptyMs: timed('./dist/extension.js') - empty };
};
