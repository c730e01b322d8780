/** How a resource kind looks in Terraform; extended by the module writer. */
export interface TerraformKind {
  /** The data source that finds it by name, for what a module expects to be in the space. */
  lookUp?: { dataSource: string; collection: string };
}
