/** What a host's description does not have, and who knows it all the same. */
export interface ContractException {
  contract: string;
  breach: RegExp;
  source: string;
}

export const contractExceptions: readonly ContractException[] = [
  {
    contract: "github",
    breach: /^GET \/repositories\/\d+: the route is not documented$/,
    source: "GitHub documentation, Best practices for using the REST API, Follow redirects",
  },
];

export function findContractException(contract: string, breach: string): ContractException | undefined {
  return contractExceptions.find((exception) => exception.contract === contract && exception.breach.test(breach));
}
