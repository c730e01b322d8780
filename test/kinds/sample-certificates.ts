/** Of `leaf.example`, made by {@link root} for a hundred years from November 2026. */
const leaf = `-----BEGIN CERTIFICATE-----
MIIBrzCCAVWgAwIBAgIUEjFKMYd2gNcRun18fsMGsGrCFTkwCgYIKoZIzj0EAwIw
JzETMBEGA1UEAwwKU3RvcnkgUm9vdDEQMA4GA1UECgwHU3RvcmllczAgFw0yNjEx
MjgyMDQ3NTFaGA8yMTI2MTEwNDIwNDc1MVowKTEVMBMGA1UEAwwMbGVhZi5leGFt
cGxlMRAwDgYDVQQKDAdTdG9yaWVzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
RJeiVqRmTmZ24hUtZMrWjkuapgeqGgfnd56ILLeFSlzTR1BLuwL6CweINL7CfCxu
VUGPmcPdx7U3EdFhYQlYQ6NbMFkwFwYDVR0RBBAwDoIMbGVhZi5leGFtcGxlMB0G
A1UdDgQWBBRqw55Tat2qLpxorQNLX59zNAUYjDAfBgNVHSMEGDAWgBSh9/RSxzZs
fHWkcP1aPsT9ohdMgjAKBggqhkjOPQQDAgNIADBFAiBdq2NkHikteyqouxnRtCo8
M43YdKTdLQ/iYMSRewmXvwIhAO9XccsJbgLYMjnfICumIeb28PLdH318i9MW8VRg
hyL9
-----END CERTIFICATE-----`;

const root = `-----BEGIN CERTIFICATE-----
MIIBpTCCAUugAwIBAgIUCHGmDfygOz1mgvPvDpbDU2DXIFowCgYIKoZIzj0EAwIw
JzETMBEGA1UEAwwKU3RvcnkgUm9vdDEQMA4GA1UECgwHU3RvcmllczAgFw0yNjEx
MjgyMDQ3NTFaGA8yMTI2MTEwNDIwNDc1MVowJzETMBEGA1UEAwwKU3RvcnkgUm9v
dDEQMA4GA1UECgwHU3RvcmllczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH2Y
KJOxefGTU28YT7XLDe7Oaat6XKUC993UaSmZ0wD0i+A7300EIAfnUXvBhvMixCJV
/SXtqAADXc3C8BRaLsWjUzBRMB0GA1UdDgQWBBSh9/RSxzZsfHWkcP1aPsT9ohdM
gjAfBgNVHSMEGDAWgBSh9/RSxzZsfHWkcP1aPsT9ohdMgjAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIFAjgV6OsgMLzD0NvvUW3lsgFA8J+HLKJBZZ
nXpf+IocAiEAiSB0iglsA4rpth+r91F/yVYTbWVvaBzUCo3yPfckOAI=
-----END CERTIFICATE-----`;

/** No key: it only has to look like one. */
const key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc3Rvcnk=\n-----END ENCRYPTED PRIVATE KEY-----";

/** A certificate with its key and the one that made it, as Octopus takes files: in Base64. */
export const pemWithKeyAndChain = Buffer.from([leaf, root, key].join("\n")).toString("base64");

export const pem = Buffer.from(leaf).toString("base64");
