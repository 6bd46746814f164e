import { mount } from 'svelte';
import App from './App.svelte';
import NoToken from './frame/NoToken.svelte';
import { connect } from './api/client.ts';
import { findSession } from './api/session.ts';
import './tokens.css';
import './base.css';
import './ui/popups.css';

const target = document.getElementById('app') ?? document.body;
const session = await findSession();
if (session) {
  connect(session);
  mount(App, { target });
} else {
  mount(NoToken, { target });
}
