/** What a process on one machine needs in its environment for the AWS SDK to be content; it opens nothing. */
export const NO_CREDENTIALS = {
  AWS_REGION: 'ap-southeast-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};
