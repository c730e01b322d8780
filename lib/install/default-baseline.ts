/** What new spaces are filled with until somebody edits the step or installs with a baseline of their own. Needs no secrets. */
export const defaultBaseline = `# What every managed space has. Resources are added and updated, never deleted.
environments:
  - name: Development
  - name: Test
  - name: Production

lifecycles:
  - name: Development to Production
    phases:
      - name: Development
        optional: [Development]
      - name: Test
        optional: [Test]
      - name: Production
        optional: [Production]

dockerFeeds:
  - name: Docker Hub
    url: https://index.docker.io
`;
